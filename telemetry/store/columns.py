"""Column types that SQL lacks: an always-UTC time, and JSON for nested values."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from telemetry.clock import as_utc


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a time without zone; gives every time back with one (SQLite would forget it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = as_utc(value)
        if dialect.name == "sqlite":
            return moment.replace(tzinfo=None)
        return moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class JsonColumn(TypeDecorator[Any]):
    """Nested values as JSON, kept as it was written: PostgreSQL's JSONB would refuse NUL and lone surrogates."""

    impl = JSON
    cache_ok = True
