"""Column types that SQL lacks: an always-UTC time, and JSON for nested values."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.sqlite import DATETIME
from sqlalchemy.types import TypeDecorator, TypeEngine

from telemetry.clock import as_utc


class _SqliteMoment(DATETIME):
    """SQLAlchemy's text of a moment, made by `isoformat`: its own way fills a template from a dictionary."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return _moment_text


def _moment_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    return value.isoformat(" ", "microseconds")


_SQLITE_MOMENT: TypeEngine[datetime] = _SqliteMoment()  # type: ignore[no-untyped-call]


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses a time without zone; gives every time back with one (SQLite would forget it)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return _SQLITE_MOMENT
        return dialect.type_descriptor(self.impl_instance)

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
