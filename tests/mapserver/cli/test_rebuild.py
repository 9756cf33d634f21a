"""`vanagas db rebuild`: compares incidents with the log, and writes what the log gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from incidents.settling.service import Settler
from incidents.timeline.acceptance import accept
from mapserver.cli import app
from mapserver.core.only_server import only_server
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services
from telemetry.errors import Conflict
from tests.builders import NOON, observation

pytestmark = pytest.mark.only_sqlite


@pytest.fixture
def data(parts: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder with one settled incident in it."""
    monkeypatch.setenv("VANAGAS_SECRET_KEY", parts.settings.key.decode())
    require_same_key(parts.store, parts.settings.key)
    with parts.store.write() as work:
        accept(work, [observation()], now=NOON, rules=parts.rules)
    Settler(parts.store, parts.rules, parts.clock).look()
    yield parts.settings.data_dir


def rebuild(data: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["db", "rebuild", "--data", str(data), *options])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def spoil(parts: Services) -> None:
    with parts.store.write() as work:
        work.session.connection().execute(text("UPDATE incidents SET severity = 1, title = 'Something else'"))


def test_what_is_as_the_log_gives_it_is_said_to_be_whole(data: Path) -> None:
    status, said = rebuild(data, "--check")
    assert (status, "1 incidents, all as the log gives them" in said) == (0, True)


def test_a_spoilt_field_is_named_and_written_anew_with_a_copy_kept(data: Path, parts: Services) -> None:
    spoil(parts)
    status, said = rebuild(data, "--check")
    assert status == 1
    assert "title is 'Something else'" in said
    assert list(data.glob("before-upgrade/*")) == []
    assert rebuild(data)[0] == 0
    assert len(list(data.glob("before-upgrade/*.db"))) == 1
    assert rebuild(data, "--check")[0] == 0


def test_nothing_is_rebuilt_beside_a_server(data: Path, parts: Services) -> None:
    spoil(parts)
    with only_server(data), pytest.raises(Conflict, match="another server uses"):
        rebuild(data)
    with only_server(data):
        assert rebuild(data, "--check")[0] == 1
