"""Signed heads outside the database show what was cut off or written anew, and each town's chain keeps the other's."""

from pathlib import Path

import pytest

from mapserver.chain.flow import verify_database
from mapserver.chain.keys import make_key, read_public
from mapserver.chain.signing import sign_heads, try_signing
from mapserver.core.chain_settings import ChainSettings
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.chain.heads import read_heads
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.store import Store
from tests.builders import NOON
from tests.mapserver.chain.tampering import tamper

pytestmark = pytest.mark.both_databases
ANNA = Principal("anna", Role.COORDINATOR, City("dobele"))


@pytest.fixture
def wanted(tmp_path: Path) -> ChainSettings:
    make_key(tmp_path / "key.pem")
    return ChainSettings(signing_key=tmp_path / "key.pem", heads_file=tmp_path / "heads.jsonl")


@pytest.fixture(autouse=True)
def written(store: Store) -> None:
    write(store, "first", City("dobele"))
    write(store, "first", City("siauliai"))


def write(store: Store, subject: str, city: City) -> None:
    with store.write() as work:
        audit.record(work.session, ANNA, "view", subject, city=city, at=NOON)


def faults(store: Store, wanted: ChainSettings) -> list[str]:
    found = verify_database(store, read_heads(wanted.heads_file), public_keys=read_public(wanted.signing_key))
    return [str(said) for said in found.faults]


def test_heads_are_kept_in_the_file_and_in_the_other_towns_chain(store: Store, wanted: ChainSettings) -> None:
    signed = sign_heads(store, wanted, NOON)
    assert [head.chain for head in signed][-2:] == ["dobele", "siauliai"]
    assert list(read_heads(wanted.heads_file)) == signed
    found = verify_database(store, read_heads(wanted.heads_file))
    assert found.faults == []
    assert found.chains.ends["dobele"] >= 3


def test_what_did_not_grow_is_not_signed_again(store: Store, wanted: ChainSettings) -> None:
    sign_heads(store, wanted, NOON)
    assert sign_heads(store, wanted, NOON) == []
    write(store, "second", City("dobele"))
    assert [head.chain for head in sign_heads(store, wanted, NOON)] == ["dobele"]
    assert faults(store, wanted) == []


def test_a_tail_that_was_cut_off_with_its_rows_is_named(store: Store, wanted: ChainSettings) -> None:
    write(store, "second", City("dobele"))
    sign_heads(store, wanted, NOON)
    tamper(
        store,
        "DELETE FROM audit WHERE subject = 'second'",
        "DELETE FROM chain_entries WHERE chain = 'dobele' AND seq > 2",
    )
    assert faults(store, wanted)[0].startswith(
        "chain of dobele: it ends at entry 2, though a signed head shows entry 3"
    )


def test_a_chain_that_was_thrown_away_and_begun_anew_is_named(store: Store, wanted: ChainSettings) -> None:
    sign_heads(store, wanted, NOON)
    tamper(store, "DELETE FROM audit", "DELETE FROM chain_entries")
    write(store, "forged", City("dobele"))
    write(store, "forged", City("siauliai"))
    assert verify_database(store).faults == []
    said = faults(store, wanted)
    assert [words for words in said if words.startswith("chain of dobele: it was written anew from entry 1")]
    assert [words for words in said if words.startswith("chain of siauliai: it was written anew from entry 1")]


def test_one_town_that_is_begun_anew_is_shown_by_the_other_without_the_file(
    store: Store, wanted: ChainSettings
) -> None:
    sign_heads(store, wanted, NOON)
    tamper(store, "DELETE FROM audit WHERE city = 'dobele'", "DELETE FROM chain_entries WHERE chain = 'dobele'")
    write(store, "forged", City("dobele"))
    said = [str(words) for words in verify_database(store).faults]
    assert said == [
        "chain of dobele: it was written anew from entry 1 or later on; a signed head shows another entry 2"
    ]


def test_a_line_that_a_power_cut_left_half_written_goes(store: Store, wanted: ChainSettings) -> None:
    sign_heads(store, wanted, NOON)
    before = wanted.heads_file.read_text("ascii")
    wanted.heads_file.write_text(before + '{"at":"2026', "ascii")
    assert faults(store, wanted) == []
    write(store, "second", City("dobele"))
    sign_heads(store, wanted, NOON)
    assert wanted.heads_file.read_text("ascii").startswith(before)
    assert faults(store, wanted) == []


def test_a_file_of_other_things_is_refused(store: Store, wanted: ChainSettings) -> None:
    wanted.heads_file.write_text("notes\n", "ascii")
    with pytest.raises(BadInput, match="line 1: not a signed head"):
        sign_heads(store, wanted, NOON)


def test_a_key_that_is_gone_stops_no_export(
    store: Store, wanted: ChainSettings, caplog: pytest.LogCaptureFixture
) -> None:
    wanted.signing_key.unlink()
    try_signing(store, wanted, NOON)
    assert "could not be signed" in caplog.text
