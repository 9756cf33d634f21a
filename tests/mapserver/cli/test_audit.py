"""`vanagas audit` and `vanagas db check` on a database that nobody serves."""

from pathlib import Path

import pytest

from mapserver.core.settings import new_secret
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.store import Store
from tests.builders import NOON
from tests.mapserver.chain.tampering import tamper
from tests.process.running import typed


@pytest.fixture
def data(store: Store, tmp_path: Path) -> Path:
    """A data folder with an entry of the audit trail."""
    store.copy_to(tmp_path / "vanagas.db")
    with Store(f"sqlite:///{tmp_path / 'vanagas.db'}").write() as work:
        by = Principal("anna", Role.COORDINATOR, City("dobele"))
        audit.record(work.session, by, "view", "incident", city=City("dobele"), at=NOON)
    return tmp_path


def said(data: Path, *words: str) -> tuple[int, str]:
    done = typed(*words, "--data", str(data), env={"VANAGAS_SECRET_KEY": new_secret()})
    return done.returncode, done.stdout + done.stderr


def forge(data: Path) -> None:
    store = Store(f"sqlite:///{data / 'vanagas.db'}")
    tamper(store, "UPDATE audit SET who = 'nobody'")
    store.close()


def test_what_nobody_touched_is_verified(data: Path) -> None:
    status, words = said(data, "audit", "verify")
    assert status == 0
    assert "audit: 1 rows are what was written" in words


@pytest.mark.parametrize("command", [("audit", "verify"), ("db", "check")])
def test_a_forged_entry_is_named(data: Path, command: tuple[str, str]) -> None:
    forge(data)
    status, words = said(data, *command)
    assert status == 1
    assert "chain of dobele: audit [1] is not what entry 2 says of it; it was altered" in words


def test_an_export_is_verified_without_the_database(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "AUDIT.jsonl"
    assert said(data, "audit", "export", "-o", str(file))[0] == 0
    (data / "vanagas.db").unlink()
    assert said(data, "audit", "verify", str(file))[0] == 0
    file.write_text(file.read_text("ascii").replace("anna", "nobody"), "ascii")
    status, words = said(data, "audit", "verify", str(file))
    assert (status, "was altered" in words) == (1, True)
