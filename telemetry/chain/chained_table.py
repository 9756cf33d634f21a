"""Which columns of a table a chain proves, and the salted digest of a row. Reads no database."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from telemetry.chain.canonical import canonical, utc_text
from telemetry.chain.values import RowRecord
from telemetry.clock import as_utc
from telemetry.store.json_text import write_json

SALT = "salt"
"""The column of every chained table that keeps a row's salt; empty in rows that no chain proves."""


_NESTED = (dict, list, tuple)


@dataclass(frozen=True)
class ChainedTable:
    """A table whose rows are proved. A column that comes later belongs in another format, not in this list."""

    name: str
    key: tuple[str, ...]
    """The columns that name a row for good."""
    facts: tuple[str, ...]
    """Columns that the entry holds in clear: codes and times, nothing that a person wrote or that names one."""
    content: tuple[str, ...]
    """Columns that only the digest covers."""
    order: str
    """A column that grows as rows come: rows up to where it stood when the chain began are not proved."""
    append_only: bool = True
    """Rows of before the chain never go."""
    message: str | None = None
    """A column with a `Message` as JSON, whose code belongs to the facts."""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All that the digest covers."""
        return (*self.key, *self.facts, *self.content)

    def record(self, row: Mapping[str, Any], salt: str, rule: str | None = None) -> RowRecord:
        """What an entry says of `row`, which has all columns."""
        values = [plain(row[name]) for name in self.columns]
        begin = len(self.key)
        facts = dict(zip(self.facts, values[begin : begin + len(self.facts)], strict=True))
        message = row[self.message] if self.message is not None else None
        if message is not None:
            facts["code"] = message["code"]
        return RowRecord(self.name, self.key_of(row), facts, self._digest(values, salt), rule)

    def key_of(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values that name `row`."""
        return tuple(row[name] for name in self.key)

    def digest(self, row: Mapping[str, Any], salt: str) -> str:
        """SHA-256 in hex of the salt (hex, as it is stored) and the table's name and the row's columns, in the
        order of `columns`, as a canonical JSON array."""
        return self._digest([plain(row[name]) for name in self.columns], salt)

    def _digest(self, values: Sequence[Any], salt: str) -> str:
        said = canonical([self.name, *values])
        return hashlib.sha256(salt.encode() + said.encode()).hexdigest()


def new_salt() -> str:
    """16 random bytes in hex."""
    return secrets.token_hex(16)


def key_text(key: Sequence[Any]) -> str:
    """A row's key as one text."""
    return canonical(list(key))


def plain(value: Any) -> Any:
    """The value of a column as digests have it: times as text, and what is nested as the JSON text that is stored."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, _NESTED):
        return write_json(value)
    return value


@lru_cache(maxsize=128)  # the rows of a transaction have few different times
def _moment(value: datetime) -> str:
    return utc_text(as_utc(value))
