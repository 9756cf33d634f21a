"""The two towns: names, centres, local time. Every row in the database carries one of them."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo


class City(StrEnum):
    """A town whose data are kept apart from the other's."""

    SIAULIAI = "siauliai"
    """Šiauliai, Lithuania."""
    DOBELE = "dobele"
    """Dobele, Latvia."""

    @property
    def facts(self) -> "CityFacts":
        """Name, centre and zone of this town."""
        return _FACTS[self]


@dataclass(frozen=True)
class CityFacts:
    """What the map and the clock on the wall need to know of a town."""

    name: str
    country: str
    """ISO 3166-1 alpha-2."""
    lat: float
    """Degrees north, WGS 84."""
    lon: float
    """Degrees east, WGS 84."""
    zone: ZoneInfo
    language: str
    """ISO 639-1."""


_FACTS = {
    City.SIAULIAI: CityFacts("Šiauliai", "LT", 55.93, 23.31, ZoneInfo("Europe/Vilnius"), "lt"),
    City.DOBELE: CityFacts("Dobele", "LV", 56.62, 23.28, ZoneInfo("Europe/Riga"), "lv"),
}

BOTH = frozenset(City)


def first_town(cities: frozenset[City] = BOTH) -> City:
    """The one of `cities` that stands first in every list."""
    return next(city for city in City if city in cities)
