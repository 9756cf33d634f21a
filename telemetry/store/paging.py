"""Pages of a long list by keyset cursors, with the true total. Decides no order and no limit of its own.

A cursor names the last row that was read, not a row number, so rows that are added meanwhile move nothing.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, or_, union_all
from sqlmodel import Session, func, select

from telemetry.errors import BadInput
from telemetry.messages import Message

T = TypeVar("T")
LONGEST_PAGE = 1_000
"""Rows in the longest page that may be asked for."""


class Page(list[T]):
    """The rows of one page, with the number of rows in the whole list and the cursor of the next page."""

    def __init__(self, rows: Sequence[T], *, total: int, next_cursor: str | None = None) -> None:
        super().__init__(rows)
        self.total = total
        """Rows in the whole list, this page's among them."""
        self.next_cursor = next_cursor
        """Where the next page begins; None at the end of the list."""


@dataclass(frozen=True)
class Between:
    """From when to when rows of a list are wanted, UTC; `since` is in it, `until` is not. None: without a bound."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether any row is left out."""
        return self.since is not None or self.until is not None

    def narrow(self, query: Any, column: Any) -> Any:
        """`query` for the rows whose `column` lies between."""
        if self.since is not None:
            query = query.where(column >= self.since)
        if self.until is not None:
            query = query.where(column < self.until)
        return query


ALWAYS = Between()


@dataclass(frozen=True)
class SortKey:
    """A column that a list is sorted by. The last key of a list is one that no two rows share."""

    column: Any
    """The mapped attribute of the first entity of the query, never null, as `IncidentRow.last_at`."""
    kind: type[str] | type[int] | type[datetime]
    descending: bool = False

    def value_of(self, row: Any) -> Any:
        """The value of the column in `row`."""
        entity = row
        if not hasattr(row, self.column.key):
            entity = row[0]
        return getattr(entity, self.column.key)

    def after(self, value: Any) -> ColumnElement[bool]:
        """That a row comes later in this order than `value`."""
        later: ColumnElement[bool] = self.column > value
        if self.descending:
            later = self.column < value
        return later

    @property
    def clause(self) -> ColumnElement[Any]:
        """For ORDER BY."""
        sorted_by: ColumnElement[Any] = self.column.asc()
        if self.descending:
            sorted_by = self.column.desc()
        return sorted_by


def read_page(
    session: Session,
    query: Any,
    order: Sequence[SortKey],
    *,
    limit: int,
    cursor: str | None = None,
    branches: Sequence[ColumnElement[bool]] | None = None,
    total: int | None = None,
) -> Page[Any]:
    """One page of `query`, a select without an order of its own, sorted by `order`: `limit` rows after `cursor`, the
    first ones if that is None.

    `branches`: only rows for which one of these conditions holds, no two of them for one row. Given where an index
    answers each of them in this order but not all together, as for several towns. `total`: how many rows `query` finds,
    where that is known; else they are counted. Raises BadInput when `cursor` is not one of this list.
    """
    if branches is not None and not branches:
        return Page([], total=0)
    wanted = query
    if cursor is not None:
        wanted = query.where(_after(order, _decode(cursor, order)))
    if branches is not None:
        wanted = _merged(wanted, order, branches, limit)
    if total is None:
        counted = query
        if branches is not None:
            counted = query.where(or_(*branches))
        total = session.exec(select(func.count()).select_from(counted.subquery())).one()
    found = session.exec(wanted.order_by(*(key.clause for key in order)).limit(limit + 1)).all()
    rows = found[:limit]
    following = None
    if len(found) > limit:
        following = _encode([key.value_of(rows[-1]) for key in order])
    return Page(rows, total=total, next_cursor=following)


def _merged(query: Any, order: Sequence[SortKey], branches: Sequence[ColumnElement[bool]], limit: int) -> Any:
    """`query` for the first rows only: the first of each branch are found by its index, the first of those by sorting
    them."""
    keys = [key.column for key in order]
    clauses = [key.clause for key in order]
    firsts = [
        query.with_only_columns(*keys).where(branch).order_by(*clauses).limit(limit + 1).subquery()
        for branch in branches
    ]
    rows = union_all(*(select(*first.c) for first in firsts)).subquery()
    sorted_by = [replace(key, column=rows.c[key.column.key]).clause for key in order]
    return query.where(keys[-1].in_(select(rows.c[keys[-1].key]).order_by(*sorted_by).limit(limit + 1)))


def _after(order: Sequence[SortKey], values: Sequence[Any]) -> ColumnElement[bool]:
    """That a row sorts after the row with `values`: later by one key and equal by those before it."""
    ways = []
    for index, key in enumerate(order):
        equal = [earlier.column == value for earlier, value in zip(order[:index], values, strict=False)]
        ways.append(and_(*equal, key.after(values[index])))
    first = order[0]
    not_before = first.column <= values[0] if first.descending else first.column >= values[0]
    return and_(not_before, or_(*ways))  # an index finds where the first begins, not where one of several does


def _encode(values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _decode(cursor: str, order: Sequence[SortKey]) -> list[Any]:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        plain = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(plain, list):
            raise TypeError(f"{type(plain).__name__} instead of a list")
        return [_typed(value, key.kind) for value, key in zip(plain, order, strict=True)]
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadInput(Message("store.cursor_unknown")) from error


def _typed(value: Any, kind: type) -> Any:
    """The value of a cursor as the column wants it. Raises TypeError or ValueError."""
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a time without zone")
        return moment
    if type(value) is not kind:
        raise TypeError(f"{value!r} instead of {kind.__name__}")
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise ValueError("a number that no row can have")
    return value
