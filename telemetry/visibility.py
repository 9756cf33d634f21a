"""Which data are meant: those of some towns, in one scope. Every query that gives rows of a town takes one of these.

Whose they are is decided in `telemetry/access.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, true
from sqlmodel import col

from telemetry.cities import City
from telemetry.scopes import Scope


class InTown(Protocol):
    """A row, or a value, that belongs to a town and a scope."""

    @property
    def city(self) -> str: ...

    @property
    def scope(self) -> str: ...


@dataclass(frozen=True)
class Visibility:
    """The data of some towns in one scope."""

    cities: frozenset[City] | None
    """None for every town."""
    scope: Scope | None
    """None for every scope: only for what the program does by itself."""

    def covers(self, city: str, scope: str) -> bool:
        """Whether data of that town and scope are among them."""
        return (self.scope is None or scope == self.scope) and (self.cities is None or city in self.cities)

    def shows(self, row: InTown) -> bool:
        """Whether `row` is among them."""
        return self.covers(row.city, row.scope)

    def meets(self, other: "Visibility") -> bool:
        """Whether there are data that are in both."""
        if self.scope is not None and other.scope is not None and self.scope != other.scope:
            return False
        return self.cities is None or other.cities is None or not self.cities.isdisjoint(other.cities)

    def rows(self, table: Any) -> ColumnElement[bool]:
        """The condition for the rows of `table`, which has the columns `city` and `scope`."""
        return and_(self.in_scope(table.scope), self.in_towns(table.city))

    def in_scope(self, column: Any) -> ColumnElement[bool]:
        """The condition that `column` is the scope, whatever the town."""
        if self.scope is None:
            return true()
        return col(column) == self.scope

    def in_towns(self, column: Any) -> ColumnElement[bool]:
        """The condition that `column` names one of the towns, whatever the scope."""
        if self.cities is None:
            return true()
        return col(column).in_(sorted(self.cities))

    def branches(self, table: Any) -> list[ColumnElement[bool]]:
        """The same condition in parts, one a town: an index by scope, town and time answers each in order of time."""
        if self.cities is None:
            return [self.in_scope(table.scope)]
        return [and_(self.in_scope(table.scope), col(table.city) == city) for city in sorted(self.cities)]

    def within(self, cities: Iterable[City]) -> "Visibility":
        """Those of them that are of `visible`."""
        wanted = frozenset(cities)
        return Visibility(wanted if self.cities is None else self.cities & wanted, self.scope)

    @classmethod
    def one(cls, city: City, scope: Scope) -> "Visibility":
        """Those of one town in one scope."""
        return cls(frozenset({city}), scope)

    @classmethod
    def of(cls, row: InTown) -> "Visibility":
        """Those of the town and scope of `row`."""
        return cls.one(City(row.city), Scope(row.scope))


EVERYTHING = Visibility(None, None)
"""For what the program does by itself; nobody who signs in sees so much."""
