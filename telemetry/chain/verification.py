"""A chain verified: entries follow each other, rows are what their entries say, heads kept outside are in it.

Reads no database: entries and rows are handed in, of a database (`mapserver/chain/stored.py`) or of a file. What it
remembers of them is in a temporary file, so that years of entries need little memory.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from telemetry.chain.canonical import canonical, utc_text
from telemetry.chain.chained_table import SALT, ChainedTable, key_text
from telemetry.chain.heads import SignedHead, is_signed
from telemetry.chain.values import FORMAT, NO_HASH, ChainEntry, EntryType, hash_of
from telemetry.messages import Message

MOST_SHOWN = 1_000
"""Faults that are told one by one; of the others only how many there are."""
AFTER_ALL = 2**62
"""The place of a fault that belongs to no entry, among those that do."""


class StoredRow(NamedTuple):
    """A row as it is now."""

    table: ChainedTable
    columns: Mapping[str, Any]
    """All that the chain proves, the salt, and the column of its order."""


class ChainFault(NamedTuple):
    """Something that is wrong."""

    chain: str
    seq: int
    """Which entry shows it; AFTER_ALL where none does."""
    message: Message


@dataclass
class Verified:
    """What became of a verification."""

    faults: list[ChainFault] = field(default_factory=list)
    """The first wrong entry of each chain first."""
    more_faults: int = 0
    """So many more are not listed."""
    ends: dict[str, int] = field(default_factory=dict)
    """The newest entry of each chain."""
    proved: Counter[str] = field(default_factory=Counter)
    """Rows that are what was written, by table."""
    unproved: Counter[str] = field(default_factory=Counter)
    """Rows of before the chain, by table."""
    erased: Counter[str] = field(default_factory=Counter)
    """Rows from which content went, by rule."""
    heads: int = 0
    """Heads that agree with the chains."""
    covered: dict[str, int] = field(default_factory=dict)
    """Up to which entry of each chain a head vouches for it."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(
    entries: Iterable[ChainEntry],
    rows: Iterable[StoredRow] | None,
    tables: Sequence[ChainedTable],
    heads: Iterable[SignedHead] = (),
    *,
    public_keys: frozenset[str] | None = None,
) -> Verified:
    """Verify `entries` (those of a chain one after the other, by number), then `rows` (None: entries alone), then
    `heads` from outside.

    `public_keys`: those (hex) by which heads may be signed; without it any key that a head itself names will do,
    and whoever can write the database can have signed the heads in it.
    """
    with closing(_Verifier(tables, public_keys)) as verifier:
        for entry in entries:
            verifier.take_entry(entry)
        if rows is not None:
            for row in rows:
                verifier.take_row(row)
            verifier.miss_rows()
        for head in heads:
            verifier.take_head(head)
        verifier.compare_heads()
        return verifier.result()


class _Verifier:
    def __init__(self, tables: Sequence[ChainedTable], public_keys: frozenset[str] | None) -> None:
        self._tables = {table.name: table for table in tables}
        self._public_keys = public_keys
        self._verified = Verified()
        self._before: dict[str, tuple[int, Any]] = {}
        """Of each table: how many rows there were when the chains began, and the last of them."""
        self._older: Counter[str] = Counter()
        self._last: ChainEntry | None = None
        self._heads: list[SignedHead] = []
        self._broken: dict[str, int] = {}
        """The first entry of a chain that does not follow the one before it, or cannot be read."""
        self._memory = sqlite3.connect("")
        self._memory.executescript(
            "CREATE TABLE links (chain, seq, hash, PRIMARY KEY (chain, seq)) WITHOUT ROWID;"
            "CREATE TABLE records (name, key, chain, seq, digest, rule, seen DEFAULT 0, PRIMARY KEY (name, key))"
            " WITHOUT ROWID;"
        )

    def close(self) -> None:
        """Forget all."""
        self._memory.close()

    def take_entry(self, entry: ChainEntry) -> None:
        """The next entry of its chain, or the first of another."""
        before = self._last
        if before is None or before.chain != entry.chain:
            before = ChainEntry(entry.chain, 0, "", NO_HASH)
        self._last = entry
        self._verified.ends[entry.chain] = entry.seq
        if entry.seq != before.seq + 1:
            self._fault(entry, "chain.entry_missing", at=before.seq + 1, missing=before.seq + 1)
        elif entry.hash != hash_of(before.hash, entry.body):
            self._fault(entry, "chain.entry_altered")
        self._memory.execute("INSERT OR REPLACE INTO links VALUES (?, ?, ?)", (entry.chain, entry.seq, entry.hash))
        try:
            self._take_content(entry)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._fault(entry, "chain.entry_unreadable")

    def _take_content(self, entry: ChainEntry) -> None:
        """What the entry says. Raises ValueError and the like where the program would not have written it so."""
        said = json.loads(entry.body)
        place = (said["format"], said["chain"], said["seq"])
        if canonical(said) != entry.body or place != (FORMAT, entry.chain, entry.seq):
            raise ValueError(place)
        match EntryType(said["type"]):
            case EntryType.GENESIS:
                if entry.seq != 1:
                    raise ValueError(entry.seq)
                for name, counted in said["before"].items():
                    self._before[name] = (int(counted["rows"]), counted["last"])
            case EntryType.ROWS:
                records = [
                    (name, key_text(key), entry.chain, entry.seq, digest, rule)
                    for name, key, _, digest, rule in said["rows"]
                ]
                self._memory.executemany(
                    "INSERT OR REPLACE INTO records (name, key, chain, seq, digest, rule) VALUES (?, ?, ?, ?, ?, ?)",
                    records,
                )
            case EntryType.HEAD:
                self.take_head(SignedHead.from_json(said["head"]))

    def take_row(self, stored: StoredRow) -> None:
        """A row as it is now."""
        table, columns = stored
        key = key_text(table.key_of(columns))
        record = self._memory.execute(
            "UPDATE records SET seen = 1 WHERE name = ? AND key = ? RETURNING chain, seq, digest, rule",
            (table.name, key),
        ).fetchone()
        is_old = self._is_older(table, columns)
        if is_old and (table.append_only or record is None):
            self._older[table.name] += 1
        if record is None:
            if is_old and columns[SALT] is None:
                self._verified.unproved[table.name] += 1
            else:
                self._add("", AFTER_ALL, Message("chain.row_added", table=table.name, row=key))
            return
        chain, seq, digest, rule = record
        said = {"chain": chain, "seq": seq, "table": table.name, "row": key}
        if digest is None:
            self._add(chain, seq, Message("chain.row_back", **said))
        elif not isinstance(columns[SALT], str) or table.digest(columns, columns[SALT]) != digest:
            self._add(chain, seq, Message("chain.row_altered", **said))
        elif rule is None:
            self._verified.proved[table.name] += 1
        else:
            self._verified.erased[rule] += 1

    def miss_rows(self) -> None:
        """Rows that entries tell of, and that are not there; older ones that are too many or too few."""
        missing = self._memory.execute("SELECT name, key, chain, seq, digest, rule FROM records WHERE seen = 0")
        for name, key, chain, seq, digest, rule in missing:
            if digest is None:
                self._verified.erased[rule] += 1
            elif name in self._tables:
                said = {"chain": chain, "seq": seq, "table": name, "row": key}
                self._add(chain, seq, Message("chain.row_missing", **said))
        for name, (rows, _) in self._before.items():
            there = self._older[name]
            table = self._tables.get(name)
            if table is not None and (there > rows or (table.append_only and there < rows)):
                self._add("", AFTER_ALL, Message("chain.older_rows", table=name, there=there, rows=rows))

    def take_head(self, head: SignedHead) -> None:
        """A head that was signed, whether another chain has kept it or a file."""
        self._heads.append(head)

    def compare_heads(self) -> None:
        """Hold every head against the chains."""
        rewritten: set[str] = set()
        for head in sorted(self._heads, key=lambda one: (one.chain, one.seq)):
            if not is_signed(head, self._public_keys):
                self._add(head.chain, head.seq, Message("chain.head_signature", chain=head.chain, seq=head.seq))
                continue
            found = self._memory.execute(
                "SELECT hash FROM links WHERE chain = ? AND seq = ?", (head.chain, head.seq)
            ).fetchone()
            if found is not None and found[0] == head.hash:
                self._verified.heads += 1
                self._verified.covered[head.chain] = head.seq
            elif head.chain not in rewritten:
                rewritten.add(head.chain)
                self._disagree(head, is_there=found is not None)

    def result(self) -> Verified:
        """What was found, the first wrong entry of each chain first."""
        self._verified.faults.sort(key=lambda fault: (fault.seq == AFTER_ALL, fault.chain, fault.seq))
        return self._verified

    def _disagree(self, head: SignedHead, *, is_there: bool) -> None:
        end = self._verified.ends.get(head.chain, 0)
        since = self._verified.covered.get(head.chain, 0) + 1
        if self._broken.get(head.chain, AFTER_ALL) <= head.seq:
            return  # the first wrong entry is known already
        if not is_there and head.seq > end:
            self._add(head.chain, end + 1, Message("chain.truncated", chain=head.chain, end=end, seq=head.seq))
            return
        self._add(head.chain, since, Message("chain.rewritten", chain=head.chain, since=since, seq=head.seq))

    def _is_older(self, table: ChainedTable, columns: Mapping[str, Any]) -> bool:
        _, last = self._before.get(table.name, (0, None))
        value = columns[table.order]
        if hasattr(value, "strftime"):
            value = utc_text(value)
        return type(value) is type(last) and value <= last

    def _fault(self, entry: ChainEntry, code: str, *, at: int | None = None, **more: Any) -> None:
        """`entry` is wrong, which is told of the place `at`, or of its own."""
        place = entry.seq if at is None else at
        self._broken.setdefault(entry.chain, place)
        self._add(entry.chain, place, Message(code, chain=entry.chain, seq=entry.seq, **more))

    def _add(self, chain: str, seq: int, message: Message) -> None:
        if len(self._verified.faults) < MOST_SHOWN:
            self._verified.faults.append(ChainFault(chain, seq, message))
        else:
            self._verified.more_faults += 1
