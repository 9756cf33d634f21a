"""The server signs heads while it runs and when it stops."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from mapserver.chain.flow import verify_database
from mapserver.chain.keys import make_key
from mapserver.core.services import assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.program.app import create_app
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.chain.heads import read_heads
from telemetry.cities import City
from telemetry.store import Store
from tests.builders import NOON
from tests.mapserver.clients import english_client


def settings_with_key(folder: Path, key: Path, heads: Path) -> Settings:
    chain = {"signing_key": str(key), "heads_file": str(heads)}
    return Settings(data_dir=folder, secret_key=new_secret(), secure_cookies=False, chain=chain)


def test_a_server_that_stops_has_signed_what_was_written_last(store: Store, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    store.copy_to(data / "vanagas.db")
    make_key(tmp_path / "key.pem")
    parts = assemble(settings_with_key(data, tmp_path / "key.pem", tmp_path / "heads.jsonl"))
    with english_client(create_app(parts), base_url="http://testserver"), parts.store.write() as work:
        by = Principal("anna", Role.COORDINATOR, City("dobele"))
        audit.record(work.session, by, "view", "incident", city=City("dobele"), at=NOON)
    heads = list(read_heads(tmp_path / "heads.jsonl"))
    after = Store(f"sqlite:///{data / 'vanagas.db'}")
    found = verify_database(after, heads)
    after.close()
    assert found.faults == []
    assert found.chains.covered["dobele"] >= 2


@pytest.mark.parametrize("inside", ["signing_key", "heads_file"])
def test_key_and_heads_among_the_data_are_refused(tmp_path: Path, inside: str) -> None:
    files = {"signing_key": tmp_path.parent / "key.pem", "heads_file": tmp_path.parent / "heads.jsonl"}
    files[inside] = tmp_path / "below" / "file"
    with pytest.raises(ValidationError, match=f"chain.{inside} lies in the data folder"):
        settings_with_key(tmp_path, files["signing_key"], files["heads_file"])
