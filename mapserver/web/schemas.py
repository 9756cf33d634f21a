"""Shapes that requests and answers of several nouns have in common; those of one noun are in its folder's `schemas.py`.

Answers are declared, and checked in the tests; what is sent is made without them (`GuardedRoute`).
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from telemetry.observations.values import UtcTime

Utc = AwareDatetime
"""A moment, UTC."""
Json = dict[str, Any]
"""JSON that is not of our making: a vendor's words, a JSON Schema."""
Fraction = Annotated[float, Field(ge=0, le=1)]
"""0 for nothing, 1 for all of it."""
Why = Annotated[str, Field(min_length=3, max_length=300)]
"""The reason that somebody gives for what is done with evidence."""


class Answer(BaseModel):
    """Base of every shape that an operation answers with."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, use_attribute_docstrings=True)

    EXAMPLE: ClassVar[Json] = {}
    """One such answer, for the description of the API; tests hold it against the shape."""


def examples() -> Iterator[tuple[str, Json]]:
    """The examples of all shapes that have one, by the name of the shape."""
    waiting = list(Answer.__subclasses__())
    while waiting:
        shape = waiting.pop()
        waiting += shape.__subclasses__()
        if "EXAMPLE" in vars(shape):
            yield shape.__name__, shape.EXAMPLE


class KeptMessage(Answer):
    """What is meant, apart from words: whoever shows it makes the words."""

    code: str
    params: Json


class PlaceAnswer(Answer):
    """A place, WGS 84, degrees."""

    lat: float
    lon: float


class MessageAnswer(Answer):
    """A sentence, and what it says apart from words."""

    code: str
    """What is meant; stays the same in every language."""
    params: Json
    text: str
    """The words, in the language of the request."""


class AccuratePlace(PlaceAnswer):
    """A place and how far it may be off."""

    accuracy_m: float
    """Radius that holds 68 % of the errors."""


class Span(Answer):
    """A time."""

    begins: Utc = Field(alias="from")
    ends: Utc = Field(alias="to")


class GeoJsonLine(Answer):
    """A GeoJSON LineString: [longitude, latitude, height in metres where it has one], degrees."""

    type: Literal["LineString"]
    coordinates: list[list[float]]


class GeoJsonPolygon(Answer):
    """A GeoJSON Polygon: rings of [longitude, latitude], degrees; the first is the outline."""

    type: Literal["Polygon"]
    coordinates: list[list[list[float]]]


class GeoJsonGeometry(Answer):
    """Any geometry of GeoJSON (RFC 7946)."""

    type: str
    coordinates: list[Any]


class OrderStatus(Answer):
    """What came of an order."""

    status: str


class WantedTime(BaseModel):
    """A time of one camera."""

    model_config = ConfigDict(extra="forbid")

    begins: Annotated[UtcTime, Field(alias="from")]
    ends: Annotated[UtcTime, Field(alias="to")]
    why: Why
    """What it is needed for."""
