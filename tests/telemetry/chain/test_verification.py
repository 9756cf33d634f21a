"""Whatever is done to entries and rows is noticed, and the first wrong entry is named."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from telemetry.chain.chained_table import SALT, ChainedTable, new_salt
from telemetry.chain.heads import SignedHead, signed_head
from telemetry.chain.values import ChainEntry, EntryType, Head, RowRecord, genesis, hash_of, next_entry, rows_content
from telemetry.chain.verification import AFTER_ALL, StoredRow, Verified, verify

START = datetime(2026, 12, 1, 12, tzinfo=UTC)
NOTES = ChainedTable("notes", key=("id",), facts=("at",), content=("who", "text"), order="id")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TOWNS = ("dobele", "siauliai")


@dataclass
class Town:
    """A chain as a database holds it."""

    chain: str
    entries: list[ChainEntry]
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def say(self, record: RowRecord) -> None:
        head = Head(self.chain, self.entries[-1].seq, self.entries[-1].hash)
        at = START + timedelta(minutes=head.seq)
        self.entries.append(next_entry(head, at, EntryType.ROWS, rows_content([record])))

    def write(self, number: int, text: str, rule: str | None = None) -> None:
        salt = new_salt()
        row = {"id": number, "at": START, "who": "anna", "text": text, SALT: salt}
        self.rows[number] = row
        self.say(NOTES.record(row, salt, rule))


@dataclass
class World:
    """Two chains, and their heads outside."""

    towns: dict[str, Town]
    heads: list[SignedHead]

    @property
    def town(self) -> Town:
        return self.towns["siauliai"]

    def verified(self) -> Verified:
        entries = [entry for name in sorted(self.towns) for entry in self.towns[name].entries]
        rows = [StoredRow(NOTES, row) for name in sorted(self.towns) for row in self.towns[name].rows.values()]
        return verify(entries, rows, [NOTES], self.heads)

    def first_wrong(self) -> tuple[str, int]:
        fault = self.verified().faults[0]
        return fault.chain, fault.seq


def world(length: int = 6) -> World:
    """A new one; each town has a first entry, then entry n + 1 tells of row n (n + 100 in Šiauliai)."""
    return deepcopy(_world(length))


@lru_cache
def _world(length: int) -> World:
    towns = {}
    for place, name in enumerate(TOWNS):
        town = Town(name, [genesis(name, START, {})])
        for number in range(1, length + 1):
            town.write(number + 100 * place, f"note {number}")
        towns[name] = town
    heads = []
    for town in towns.values():
        middle = town.entries[length // 2]
        for entry in (middle, town.entries[-1]):
            heads.append(signed_head(KEY, Head(town.chain, entry.seq, entry.hash), START))
    return World(towns, heads)


def rechained(entries: list[ChainEntry]) -> list[ChainEntry]:
    """The entries with hashes that follow each other again, as somebody makes them who knows the program."""
    before = "0" * 64
    found = []
    for entry in entries:
        before = hash_of(before, entry.body)
        found.append(replace(entry, hash=before))
    return found


def test_what_nobody_touched_is_sound() -> None:
    found = world().verified()
    assert found.sound
    assert found.proved == {"notes": 12}
    assert found.heads == 4


SEQS = st.integers(2, 7)


@given(seq=SEQS, at=st.integers(0, 10_000), bit=st.integers(0, 6))
def test_a_flipped_bit_of_an_entry_is_named(seq: int, at: int, bit: int) -> None:
    tried = world()
    entry = tried.town.entries[seq - 1]
    at %= len(entry.body)
    flipped = chr(ord(entry.body[at]) ^ (1 << bit))
    tried.town.entries[seq - 1] = replace(entry, body=entry.body[:at] + flipped + entry.body[at + 1 :])
    assert tried.first_wrong() == ("siauliai", seq)


@given(seq=SEQS)
def test_a_hash_that_was_changed_is_named(seq: int) -> None:
    tried = world()
    tried.town.entries[seq - 1] = replace(tried.town.entries[seq - 1], hash="f" * 64)
    assert tried.first_wrong() == ("siauliai", seq)


@given(seq=st.integers(2, 6))
def test_a_deleted_entry_is_named(seq: int) -> None:
    tried = world()
    del tried.town.entries[seq - 1]
    assert tried.first_wrong() == ("siauliai", seq)
    assert f"entry {seq} is missing" in str(tried.verified().faults[0].message)


@given(seq=SEQS)
def test_an_entry_that_was_put_in_is_named(seq: int) -> None:
    tried = world()
    entries = tried.town.entries
    entries.insert(seq - 1, replace(entries[0], seq=seq))
    for place in range(seq, len(entries)):
        entries[place] = replace(entries[place], seq=place + 1)
    assert tried.first_wrong() == ("siauliai", seq)


@given(seq=st.integers(2, 6))
def test_two_entries_that_changed_places_are_named(seq: int) -> None:
    tried = world()
    entries = tried.town.entries
    one, other = entries[seq - 1], entries[seq]
    entries[seq - 1] = replace(other, seq=one.seq)
    entries[seq] = replace(one, seq=other.seq)
    assert tried.first_wrong() == ("siauliai", seq)


@given(end=st.integers(1, 6))
def test_a_tail_that_was_cut_off_behind_a_head_is_named(end: int) -> None:
    tried = world()
    del tried.town.entries[end:]
    tried.town.rows = {key: row for key, row in tried.town.rows.items() if key - 100 < end}
    found = tried.verified()
    assert [fault.seq for fault in found.faults] == [end + 1]
    assert "cut off" in str(found.faults[0].message)


@given(seq=st.integers(2, 7))
def test_a_graft_of_another_towns_tail_is_named(seq: int) -> None:
    tried = world()
    tail = tried.towns["dobele"].entries[seq - 1 :]
    tried.town.entries[seq - 1 :] = [replace(entry, chain="siauliai") for entry in tail]
    assert tried.first_wrong() == ("siauliai", seq)


@given(seq=st.integers(2, 7))
def test_a_graft_with_hashes_worked_out_anew_is_named(seq: int) -> None:
    tried = world()
    tail = tried.towns["dobele"].entries[seq - 1 :]
    grafted = [replace(entry, chain="siauliai") for entry in tail]
    tried.town.entries = rechained([*tried.town.entries[: seq - 1], *grafted])
    assert tried.first_wrong() == ("siauliai", seq)


@given(seq=st.integers(2, 7))
def test_a_chain_written_anew_disagrees_with_its_heads(seq: int) -> None:
    tried = world()
    row = tried.town.rows[seq + 99]
    row["text"] = "forged"
    forged = tried.town.entries[: seq - 1]
    town = Town("siauliai", forged, tried.town.rows)
    for number in range(seq + 99, 107):
        town.say(NOTES.record(tried.town.rows[number], tried.town.rows[number][SALT]))
    tried.towns["siauliai"] = town
    found = tried.verified()
    covered = 4 if seq > 4 else 0
    assert [(fault.chain, fault.seq) for fault in found.faults] == [("siauliai", covered + 1)]
    assert "written anew" in str(found.faults[0].message)


@given(number=st.integers(101, 106), column=st.sampled_from(["text", "who", "at", SALT]))
def test_a_row_that_was_altered_is_named_by_its_entry(number: int, column: str) -> None:
    tried = world()
    tried.town.rows[number][column] = START + timedelta(days=1) if column == "at" else "other"
    assert tried.first_wrong() == ("siauliai", number - 99)
    assert "altered" in str(tried.verified().faults[0].message)


@given(number=st.integers(101, 106))
def test_a_row_that_was_deleted_is_named_by_its_entry(number: int) -> None:
    tried = world()
    del tried.town.rows[number]
    assert tried.first_wrong() == ("siauliai", number - 99)


@pytest.mark.parametrize("salt", [None, "ab" * 16])
def test_a_row_that_was_put_in_is_named(salt: str | None) -> None:
    tried = world()
    tried.town.rows[500] = {"id": 500, "at": START, "who": "anna", "text": "forged", SALT: salt}
    found = tried.verified()
    assert [fault.seq for fault in found.faults] == [AFTER_ALL]
    assert "notes [500] is in no chain" in str(found.faults[0].message)


def test_content_that_a_rule_took_is_erased_and_not_altered() -> None:
    tried = world()
    tried.town.write(103, "", rule="retention")
    tried.town.say(RowRecord("notes", (104,), {}, None, "retention"))
    del tried.town.rows[104]
    found = tried.verified()
    assert found.sound
    assert found.erased == {"retention": 2}


def test_a_row_that_a_rule_deleted_and_that_is_there_again_is_named() -> None:
    tried = world()
    tried.town.say(RowRecord("notes", (104,), {}, None, "retention"))
    assert "is there again" in str(tried.verified().faults[0].message)


def test_an_older_state_of_a_row_is_altered() -> None:
    tried = world()
    older = dict(tried.town.rows[103])
    tried.town.write(103, "more")
    tried.town.rows[103] = older
    assert tried.first_wrong() == ("siauliai", 8)


def older_world(rows: int) -> World:
    tried = world()
    for name, town in tried.towns.items():
        town.entries = [genesis(name, START, {"notes": {"rows": 2, "last": 2}})]
        town.rows = {}
    tried.heads = []
    for number in range(1, rows + 1):
        row = {"id": min(number, 2), "at": START, "who": "anna", "text": "old", SALT: None}
        tried.town.rows[number] = row
    return tried


def test_rows_of_before_the_chain_are_unproved() -> None:
    found = older_world(2).verified()
    assert found.sound
    assert found.unproved == {"notes": 2}


@pytest.mark.parametrize("rows", [1, 3])
def test_rows_of_before_the_chain_that_are_too_few_or_too_many_are_noticed(rows: int) -> None:
    found = older_world(rows).verified()
    assert f"{rows} rows are from before the chain; there were 2" in str(found.faults[0].message)


def test_a_head_with_a_signature_of_something_else_is_named() -> None:
    tried = world()
    tried.heads = [replace(tried.heads[0], seq=5)]
    assert "no good signature" in str(tried.verified().faults[0].message)


def test_heads_by_another_key_do_not_count_where_the_key_is_known() -> None:
    tried = world()
    entries = [entry for town in tried.towns.values() for entry in town.entries]
    found = verify(entries, None, [NOTES], tried.heads, public_keys=frozenset({"00" * 32}))
    assert len(found.faults) == 4
    assert found.heads == 0


def test_a_head_that_the_other_chain_holds_shows_a_chain_written_anew() -> None:
    tried = world()
    other = tried.towns["dobele"]
    newest = Head(other.chain, other.entries[-1].seq, other.entries[-1].hash)
    head = signed_head(KEY, Head("siauliai", 7, tried.town.entries[-1].hash), START)
    other.entries.append(next_entry(newest, START, EntryType.HEAD, {"head": head.to_json()}))
    tried.heads = []
    assert tried.verified().heads == 1
    tried.town.rows[106]["text"] = "forged"
    tried.town.entries = tried.town.entries[:-1]
    tried.town.say(NOTES.record(tried.town.rows[106], tried.town.rows[106][SALT]))
    assert "written anew" in str(tried.verified().faults[0].message)


def broken_body(change: Callable[[str], str]) -> World:
    tried = world(2)
    tried.heads = []
    last = tried.town.entries[-1]
    tried.town.entries[-1] = replace(last, body=change(last.body))
    tried.town.entries = rechained(tried.town.entries)
    return tried


@pytest.mark.parametrize(
    "change",
    [
        lambda _: "{",
        lambda _: "[]",
        lambda _: "null",
        lambda body: body.replace('"rows":[', '"rows":[1,'),
        lambda body: body.replace('"type":"rows"', '"type":"other"'),
        lambda body: body.replace('"type":"rows"', '"type":"head"'),
        lambda body: body.replace('"type":"rows"', '"type":"genesis"'),
        lambda body: body.replace('"seq":3', '"seq":4'),
        lambda body: body.replace('"format":1', '"format":2'),
        lambda body: body + " ",
        lambda _: "[" * 100_000,
    ],
)
def test_an_entry_that_the_program_cannot_have_written_is_named(change: Callable[[str], str]) -> None:
    fault = broken_body(change).verified().faults[0]
    assert (fault.chain, fault.seq) == ("siauliai", 3)
    assert "was not written by this program" in str(fault.message)
