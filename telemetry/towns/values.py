"""What is said of a town, checked: ids, countries, laws, languages, time zones. Knows no database."""

import re
import zoneinfo
from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from telemetry.cities import CityFacts, Law
from telemetry.errors import BadInput
from telemetry.messages import LANGUAGES, Message

TOWN_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
"""It names folders of recordings, tables of the settings file and users."""
TownId = Annotated[str, Field(pattern=f"^{TOWN_ID.pattern}$")]
"""The id of a town in settings, which are read before the list of towns is."""
LONGEST_NAME = 80
EU_COUNTRIES = """
AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK
"""
COUNTRIES = {Law.EU: frozenset(EU_COUNTRIES.split())}
"""Where each law holds (ISO 3166-1 alpha-2): of the EU's, its members, the other states of the EEA, and Switzerland."""


def require_id(id: str) -> str:
    """`id` as it is. Raises BadInput unless it can be the id of a town."""
    if TOWN_ID.fullmatch(id) is None:
        raise BadInput(Message("towns.bad_id", text=id[:60]))
    return id


def checked_facts(
    *, name: str, country: str, law: str, languages: Iterable[str], zone: str, lat: float, lon: float
) -> CityFacts:
    """A town's facts from what somebody says of it. Raises BadInput for what cannot be so."""
    spoken = tuple(dict.fromkeys(languages))
    checked_law = _checked_law(law)
    return CityFacts(
        name=_checked_name(name),
        country=_checked_country(country, checked_law),
        lat=_checked_degrees(lat, 90, "lat"),
        lon=_checked_degrees(lon, 180, "lon"),
        zone=_checked_zone(zone),
        languages=_checked_languages(spoken),
        law=checked_law,
    )


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput(Message("towns.bad_name", most=LONGEST_NAME))
    return name


def _checked_country(country: str, law: Law) -> str:
    countries = COUNTRIES[law]
    if country not in countries:
        raise BadInput(Message("towns.bad_country", text=country[:20], law=law, known=", ".join(sorted(countries))))
    return country


def _checked_degrees(degrees: float, most: float, which: str) -> float:
    if not -most <= degrees <= most:
        raise BadInput(Message("towns.bad_centre", which=which, degrees=str(degrees), most=str(most)))
    return degrees


def _checked_zone(zone: str) -> zoneinfo.ZoneInfo:
    if zone not in zoneinfo.available_timezones():
        raise BadInput(Message("towns.bad_zone", text=zone[:60]))
    return zoneinfo.ZoneInfo(zone)


def _checked_languages(languages: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown or not languages:
        raise BadInput(Message("towns.bad_language", text=", ".join(unknown)[:60], known=", ".join(LANGUAGES)))
    return languages


def _checked_law(law: str) -> Law:
    try:
        return Law(law)
    except ValueError as error:
        raise BadInput(Message("towns.bad_law", text=law[:20], known=", ".join(Law))) from error
