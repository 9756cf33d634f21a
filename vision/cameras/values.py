"""What is said of a fixed camera when it is added or changed, checked field by field. Stores nothing."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import Category, Name
from telemetry.positions import Latitude, Longitude, Position, distance_m
from vision.cameras.stream_cipher import checked_address
from vision.cameras.tables import DEFAULT_PURPOSE
from vision.footage import find_footage

FARTHEST_M = 100_000.0
"""From the middle of its town; what lies beyond was not meant."""
STREAM_FIELDS = frozenset({"main", "sub", "transport", "recorded"})
MAY_BE_UNKNOWN = frozenset({"mast_m", "make", "serial", "watches", "rules", "maintainer", "main", "sub"})


def _address(said: SecretStr) -> SecretStr:
    try:
        return SecretStr(checked_address(said.get_secret_value()))
    except BadInput as error:
        raise ValueError(error.told) from error


def _rule_set(name: str) -> str:
    shipped = sorted(footage.name for footage in find_footage())
    if name not in shipped:
        raise ValueError(Message("cameras.no_rule_set", name=name, shipped=shipped))
    return name


StreamAddressText = Annotated[SecretStr, Field(max_length=2_000), AfterValidator(_address)]
RuleSet = Annotated[str, Field(max_length=100), AfterValidator(_rule_set)]
Azimuth = Annotated[float, Field(ge=0, lt=360, allow_inf_nan=False)]
FieldOfView = Annotated[float, Field(gt=0, le=360, allow_inf_nan=False)]
Range = Annotated[float, Field(gt=0, le=5_000, allow_inf_nan=False)]
MastHeight = Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)]
Purpose = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]


class NewCamera(BaseModel):
    """A fixed camera as it is put up."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    id: Name
    city: City
    name: Name
    """What people call it: a street or an entrance."""
    lat: Latitude
    lon: Longitude
    azimuth_deg: Azimuth
    """Where the middle of the picture points, clockwise from true north."""
    hfov_deg: FieldOfView
    """Horizontal field of view."""
    range_m: Range
    """How far it is useful."""
    reads_plates: bool = False
    categories: dict[str, Category] = {}
    """Category by a device's label where it differs from the usual."""
    device_names: list[Name] = []
    """Names by which devices' events mean this camera, besides its id."""
    mast_m: MastHeight | None = None
    """Height of the camera above the ground."""
    make: Name | None = None
    """Maker and model."""
    serial: Name | None = None
    watches: Words | None = None
    """What it watches, in words."""
    purpose: Purpose = DEFAULT_PURPOSE
    """What it is recorded for, in one word: how long that may be kept depends on it."""
    rules: RuleSet | None = None
    """A rule set that ships; rules drawn in the browser go before it."""
    maintainer: Words | None = None
    """Who looks after it, and how they are reached."""
    main: StreamAddressText | None = None
    """Address of the main stream, with user and password. Kept encrypted and never shown again."""
    sub: StreamAddressText | None = None
    """Address of the same camera's smaller stream, which is analysed in place of the main one."""
    transport: Literal["tcp", "udp"] = "tcp"
    """How RTSP brings the pictures."""
    recorded: bool = True
    """Whether it is recorded, where recording is on."""


class CameraWish(BaseModel):
    """What is to be said otherwise of a camera; what is left out stays as it is.

    Null takes away what need not be known; of the others it changes nothing.
    """

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    name: Name | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    azimuth_deg: Azimuth | None = None
    hfov_deg: FieldOfView | None = None
    range_m: Range | None = None
    reads_plates: bool | None = None
    categories: dict[str, Category] | None = None
    device_names: list[Name] | None = None
    mast_m: MastHeight | None = None
    make: Name | None = None
    serial: Name | None = None
    watches: Words | None = None
    purpose: Purpose | None = None
    rules: RuleSet | None = None
    maintainer: Words | None = None
    main: StreamAddressText | None = None
    """Null takes both streams away."""
    sub: StreamAddressText | None = None
    transport: Literal["tcp", "udp"] | None = None
    recorded: bool | None = None
    retired: bool | None = None
    """True: it is no longer used; what it told of stays."""

    def said(self) -> dict[str, Any]:
        """The fields that are to change, with their values."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value for name, value in said.items() if value is not None or name in MAY_BE_UNKNOWN}


def require_in_reach(city: City, lat: float, lon: float) -> None:
    """Raises BadInput for a place far from the town, and says so where the two numbers are exchanged."""
    away_m = _away_m(city, lat, lon)
    if away_m <= FARTHEST_M:
        return
    if abs(lon) <= 90 and _away_m(city, lon, lat) <= FARTHEST_M:
        raise BadInput(Message("cameras.exchanged", lat=lat, lon=lon))
    raise BadInput(Message("cameras.far_away", lat=lat, lon=lon, km=away_m / 1000, town=city.facts.name))


def _away_m(city: City, lat: float, lon: float) -> float:
    return distance_m(Position(lat=lat, lon=lon), Position(lat=city.facts.lat, lon=city.facts.lon))
