"""An export proves the same as its database, and shows when one of its bytes was changed."""

import json
from pathlib import Path

import pytest

from incidents.merging import default_rules
from incidents.timeline import acceptance
from mapserver.chain.chained_tables import CHAINED_TABLES
from mapserver.chain.exported import exported_entries, exported_rows, has_rows, write_export
from telemetry.chain.verification import Verified, verify
from telemetry.errors import BadInput
from telemetry.store import Store
from tests.builders import NOON, observation

pytestmark = pytest.mark.both_databases


@pytest.fixture
def exported(store: Store, tmp_path: Path) -> Path:
    with store.write() as work:
        seen = observation(attributes={"height_m": 0.1, "word": "Ąžuolas"})
        acceptance.accept(work, [seen], now=NOON, rules=default_rules())
    file = tmp_path / "AUDIT.jsonl"
    with store.read() as session, file.open("w", encoding="ascii") as lines:
        write_export(session, lines, with_rows=True)
    return file


def verified(file: Path) -> Verified:
    return verify(exported_entries(file), exported_rows(file), CHAINED_TABLES)


def test_an_export_proves_its_rows(exported: Path) -> None:
    found = verified(exported)
    assert found.sound
    assert found.proved == {"observations": 1, "timeline": 2}


def test_an_export_of_entries_alone_proves_that_they_follow_each_other(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "entries.jsonl"
    with store.read() as session, file.open("w", encoding="ascii") as lines:
        write_export(session, lines, with_rows=False)
    assert not has_rows(file)
    assert verify(exported_entries(file), None, CHAINED_TABLES).sound


def test_every_changed_number_and_letter_of_an_export_is_noticed(exported: Path) -> None:
    whole = exported.read_text("ascii")
    places = [place for place, sign in enumerate(whole) if sign in "0aefT"][::40]
    for place in places:
        changed = chr(ord(whole[place]) ^ 1)
        exported.write_text(whole[:place] + changed + whole[place + 1 :], "ascii")
        try:
            assert not verified(exported).sound, whole[place - 30 : place + 30]
        except BadInput:
            """No export any more, and said to be none."""


def test_a_line_that_was_taken_out_is_noticed(exported: Path) -> None:
    lines = exported.read_text("ascii").splitlines(keepends=True)
    for place, line in enumerate(lines):
        said = json.loads(line)
        is_whole_chain = said.get("entry", {}).get("chain") in ("(system)", "siauliai")
        if is_whole_chain:
            continue
        exported.write_text("".join([*lines[:place], *lines[place + 1 :]]), "ascii")
        is_newest = said.get("entry", {}).get("seq") == 2
        assert not verified(exported).sound or is_newest


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"entry": 1}',
        '{"entry": {"chain": "a"}}',
        '{"row": {"table": "users"}}',
        "\x00",
        "[" * 9_999,
    ],
)
def test_a_line_that_is_none_of_an_export_is_named(exported: Path, line: str) -> None:
    exported.write_text(line + "\n" + exported.read_text("ascii"), "ascii")
    with pytest.raises(BadInput, match="line 1"):
        verified(exported)
