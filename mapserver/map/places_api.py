"""Places by name, out of the gazetteer that is set."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses
from mapserver.web.dependencies import Parts
from mapserver.web.permissions import MaySeeMap
from telemetry.cities import City
from telemetry.errors import BadInput, NotFound, Unavailable
from telemetry.gazetteer import FoundPlace, gazetteer_file
from telemetry.messages import Message

MOST_FOUND = 50
router = ApiRouter("places", "/places")


class PlaceFound(BaseModel):
    """A place that was found by its name."""

    name: str
    alias: str | None
    """The name that was found, where it is another one."""
    kind: str
    city: City
    town: str
    """The name of the town."""
    lat: float
    lon: float
    misspelt: bool
    """Whether a word was only likely to be meant."""
    without_number: bool
    """Whether the house number is not known, so that it is the street."""


class PlacesFound(BaseModel):
    """The first of the places that were found, likeliest first."""

    places: list[PlaceFound]
    total: int
    """How many were found."""


@router.get("")
@refuses(NotFound)
def search(
    caller: MaySeeMap,
    parts: Parts,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    city: City | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 8,
) -> PlacesFound:
    """Places whose name `q` may be, cut short or misspelt, with or without diacritics; those of `city` come first.

    Without `city` it is the caller's own town. What is found in other towns, too, is told: names are no secret.
    """
    path = parts.settings.gazetteer
    if path is None:
        raise NotFound(Message("map.no_gazetteer"))
    try:
        gazetteer = gazetteer_file(path).gazetteer
    except BadInput as error:
        raise Unavailable(error.message) from error
    found = gazetteer.search(q, town=city or caller.city)
    return PlacesFound(places=[_told(one) for one in found[:limit]], total=len(found))


def _told(found: FoundPlace) -> PlaceFound:
    place = found.place
    return PlaceFound(
        name=place.name,
        alias=None if found.name == place.name else found.name,
        kind=place.kind,
        city=place.city,
        town=place.city.facts.name,
        lat=place.lat,
        lon=place.lon,
        misspelt=found.misspelt,
        without_number=found.without_number,
    )
