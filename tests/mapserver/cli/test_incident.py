"""`vanagas incident export` and `vanagas evidence verify`: a bundle on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from incidents.evidence.verifier import verify
from incidents.timeline.acceptance import accept
from mapserver.cli import app
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services
from telemetry.errors import BadInput, NotFound
from telemetry.observations import Media
from tests.builders import NOON, observation

pytestmark = pytest.mark.only_sqlite


@pytest.fixture
def data(parts: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("VANAGAS_SECRET_KEY", parts.settings.key.decode())
    require_same_key(parts.store, parts.settings.key)
    yield parts.settings.data_dir


@pytest.fixture
def incident(parts: Services) -> str:
    picture = Media(kind="snapshot", sha256=parts.media.put(b"picture"), content_type="image/png")
    with parts.store.write() as work:
        (receipt,) = accept(work, [observation(media=(picture,))], now=NOON, rules=parts.rules)
    return receipt.incident_id or ""


def typed(*words: str) -> str:
    """What a command prints; raises what it raises."""
    result = CliRunner().invoke(app, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return f"{result.exit_code} {result.output}"


def test_a_bundle_is_written_and_verified(data: Path, incident: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    said = json.loads(typed("incident", "export", incident, "-o", str(out), "--data", str(data)).partition(" ")[2])
    assert (said["media"], said["left_out"]) == (1, [])
    told = typed("evidence", "verify", str(out), "--manifest", said["manifest_sha256"])
    assert told.startswith("0 the bundle is as it was made: 7 files of incident " + incident)
    assert typed("evidence", "verify", str(out), "--manifest", "0" * 64).startswith("1 the manifest is another one")


def test_the_number_that_a_reporter_was_told_will_do(data: Path, incident: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    typed("incident", "export", incident[:8], "-o", str(out), "--data", str(data))
    assert verify(out).manifest["incident"]["id"] == incident


def test_a_changed_bundle_is_told_in_words(data: Path, incident: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    typed("incident", "export", incident, "-o", str(out), "--data", str(data))
    content = out.read_bytes()
    out.write_bytes(content.replace(b"picture", b"Picture"))
    assert "damaged: media/" in typed("--lang", "en", "evidence", "verify", str(out))
    out.write_bytes(content[:-100])
    assert typed("--lang", "lt", "evidence", "verify", str(out)).startswith("2 tai nėra nei sveikas ZIP failas")


def test_an_unknown_incident_leaves_no_file(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(NotFound, match="there is no incident none"):
        typed("incident", "export", "none", "-o", str(folder / "bundle.zip"), "--data", str(data))
    assert list(folder.iterdir()) == []


def test_what_is_there_already_is_not_written_over(data: Path, incident: str, tmp_path: Path) -> None:
    out = tmp_path / "bundle.zip"
    out.write_text("mine")
    with pytest.raises(BadInput, match="is there already"):
        typed("incident", "export", incident, "-o", str(out), "--data", str(data))
    with pytest.raises(BadInput, match="is no folder"):
        typed("incident", "export", incident, "-o", str(tmp_path / "none" / "b.zip"), "--data", str(data))
    assert out.read_text() == "mine"


def test_a_bundle_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not there"):
        typed("evidence", "verify", str(tmp_path / "none.zip"))
