"""What an entry of a chain is, and how it is hashed. Pure: reads no row and no clock."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from telemetry.chain.canonical import canonical, utc_text

FORMAT = 1
"""Of entries and of digests; an entry says its own."""
SYSTEM_CHAIN = "(system)"
"""The chain of what is about no town; no town can have the name."""
NO_HASH = "0" * 64
"""What the first entry of a chain follows."""


class EntryType(StrEnum):
    """What an entry is for."""

    GENESIS = "genesis"
    """The first: says which rows were there before, which the chain does not prove."""
    ROWS = "rows"
    """Rows were written, or forgotten."""
    HEAD = "head"
    """The signed head of another chain, as it was then."""


class RowRecord(NamedTuple):
    """A row as an entry tells of it."""

    table: str
    key: tuple[Any, ...]
    facts: Mapping[str, Any]
    """Codes and times, in clear; nothing of a person."""
    digest: str | None
    """SHA-256 in hex of salt and row; None for a row that was deleted."""
    rule: str | None = None
    """By which rule content went from the row; None where it was written or added to."""

    def to_json(self) -> list[Any]:
        """[table, key, facts, digest, rule]"""
        return list(self)


@dataclass(frozen=True)
class ChainEntry:
    """One entry of one chain."""

    chain: str
    seq: int
    """1, 2, 3, …"""
    body: str
    """Canonical JSON: format, chain, seq, at, type and what the type holds."""
    hash: str
    """SHA-256 in hex of the hash before (64 ASCII characters) and the body."""


@dataclass(frozen=True)
class Head:
    """The newest entry of a chain."""

    chain: str
    seq: int
    hash: str


def next_entry(head: Head, at: datetime, entry_type: EntryType, content: Mapping[str, Any]) -> ChainEntry:
    """The entry that follows `head`, written `at` (UTC)."""
    seq = head.seq + 1
    fixed = {"format": FORMAT, "chain": head.chain, "seq": seq, "at": utc_text(at), "type": entry_type}
    body = canonical({**fixed, **content})
    return ChainEntry(head.chain, seq, body, hash_of(head.hash, body))


def genesis(chain: str, at: datetime, before: Mapping[str, Mapping[str, Any]]) -> ChainEntry:
    """The first entry of `chain`. `before`: of each table with older rows, how many and the last of them in its order,
    as {"rows": …, "last": …}."""
    return next_entry(Head(chain, 0, NO_HASH), at, EntryType.GENESIS, {"before": before})


def rows_content(records: Sequence[RowRecord]) -> dict[str, Any]:
    """What an entry about `records` holds."""
    return {"rows": [record.to_json() for record in records]}


def hash_of(before: str, body: str) -> str:
    """SHA-256 in hex of what the entry before has as its hash, and `body`."""
    return hashlib.sha256(before.encode() + body.encode()).hexdigest()
