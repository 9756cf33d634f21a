"""The towns: names, centres, local time, law. Every row in the database carries one of them.

Which towns there are is data, one list a process: the rows of `telemetry/towns/`, or what ships until those are read.
"""

import inspect
import threading
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from telemetry.errors import BadInput
from telemetry.messages import Message


class Law(StrEnum):
    """The rules that a town's flights are judged by."""

    EU = "EU"
    """Regulation (EU) 2019/947, which every check of `mission/checks/` is written for."""


@dataclass(frozen=True)
class CityFacts:
    """What the map, the checks and the clock on the wall need to know of a town."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    lat: float
    """Degrees north, WGS 84."""
    lon: float
    """Degrees east, WGS 84."""
    zone: ZoneInfo
    languages: tuple[str, ...]
    """ISO 639-1; that of the town's own people first."""
    law: Law = Law.EU

    @property
    def language(self) -> str:
        """What the town's people are spoken to in until they choose."""
        return self.languages[0]


class UnknownTown(BadInput, ValueError):
    """No town of this id is listed; the message names those that are."""


class City(str):
    """The id of a town that is listed, whose data are kept apart from every other's.

    `City(text)` raises UnknownTown for a text that is the id of no town.
    """

    __slots__ = ()

    def __new__(cls, id: str) -> "City":
        """The town with this id."""
        listed = _towns.listed.cities
        known = listed.get(id)
        if known is None:
            raise UnknownTown(Message("towns.unknown", town=id[:40], towns=", ".join(listed)))
        return known

    @property
    def facts(self) -> CityFacts:
        """Name, centre and zone of this town."""
        return _towns.listed.facts[self]

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process, to which this goes, has the database's list of towns only if it has opened the database.
        return _received, (str(self), self.facts)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from a text, and written as one."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """What the API's document says of a town: the first line above."""
        return {"type": "string", "description": inspect.cleandoc(cls.__doc__ or "").partition("\n")[0]}


class _Listed:
    """The towns of one moment."""

    def __init__(self, facts: Mapping[str, CityFacts]) -> None:
        self.facts: Mapping[str, CityFacts] = dict(facts)
        self.cities: Mapping[str, City] = {id: str.__new__(City, id) for id in facts}
        self.all = frozenset(self.cities.values())


class _Towns:
    """The list of this process; `listed` is replaced as a whole, so that who reads it needs no lock."""

    def __init__(self, facts: Mapping[str, CityFacts]) -> None:
        self.listed = _Listed(facts)
        self.is_of_database = False
        self._turn = threading.Lock()

    def use(self, facts: Mapping[str, CityFacts]) -> None:
        """Know the towns of a database, and no others."""
        with self._turn:
            self.listed = _Listed(facts)
            self.is_of_database = True

    def receive(self, id: str, facts: CityFacts) -> None:
        """Know a town that another process told of, unless this one knows a database's."""
        with self._turn:
            if not self.is_of_database and self.listed.facts.get(id) != facts:
                self.listed = _Listed({**self.listed.facts, id: facts})


def read_initial() -> dict[str, CityFacts]:
    """The towns that ship, by id, in the order of lists."""
    text = resources.files("telemetry").joinpath("towns/initial.toml").read_text("utf-8")
    return {id: facts_from(**entry) for id, entry in tomllib.loads(text).items()}


def facts_from(
    *, name: str, country: str, law: str, languages: Iterable[str], zone: str, lat: float, lon: float
) -> CityFacts:
    """A town's facts from what is stored of them. Raises ValueError, ZoneInfoNotFoundError for what is no zone."""
    return CityFacts(name, country, lat, lon, ZoneInfo(zone), tuple(languages), Law(law))


_towns = _Towns(read_initial())


def known_towns() -> tuple[City, ...]:
    """Every town that is listed, in the order of lists."""
    return tuple(_towns.listed.cities.values())


def all_towns() -> frozenset[City]:
    """Every town that is listed."""
    return _towns.listed.all


def first_town(cities: frozenset[City] | None = None) -> City:
    """The one of `cities` (of all towns, if not given) that stands first in every list."""
    return next(city for city in known_towns() if cities is None or city in cities)


def use_towns(facts: Mapping[str, CityFacts]) -> None:
    """Know the towns of a database from now on, by id and in the order of lists, and no others."""
    _towns.use(facts)


def _received(id: str, facts: CityFacts) -> City:
    """A town that came from another process."""
    _towns.receive(id, facts)
    return City(id)
