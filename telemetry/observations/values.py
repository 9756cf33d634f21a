"""The shape of an observation and how it is read from outside. Vendor formats become this at the edge, nowhere else."""

import json
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_serializer,
    model_validator,
)

from telemetry.cities import City
from telemetry.clock import as_utc, iso
from telemetry.errors import BadObservation
from telemetry.messages import Message, as_message
from telemetry.messages.catalogue import known
from telemetry.positions import Position
from telemetry.scopes import DEMO, LIVE, Scope
from telemetry.validation import explain

NAMESPACE = uuid.UUID("7a6e2c0e-5b1f-5d0a-9a57-6f6273657276")
"""Namespace of observation ids (RFC 9562 version 5), fixed for ever."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Outside of these a clock is broken; and sums of times near the year 1 or 9999 are no times any more."""
DEEPEST = 20
"""Levels of nesting in free detail."""
LARGEST_DETAIL = 256 * 1024
"""Bytes of free detail, as JSON."""
SIMULATED = "simulated"
"""Attribute, true: it is no real event. Of every observation of an exercise, so that a client that knows no scopes sees
it."""


def _sane_time(moment: datetime) -> datetime:
    moment = as_utc(moment)
    if not EARLIEST <= moment < LATEST:
        raise ValueError(Message("times.set_clock", time=iso(moment), first=EARLIEST.year, last=LATEST.year - 1))
    return moment


def _sane_json(detail: dict[str, Any]) -> dict[str, Any]:
    """Refuses what could be taken in but never be told again: JSON has no infinity, UTF-8 no half characters."""
    _require_shallow(detail, DEEPEST)
    try:
        size = len(json.dumps(detail, allow_nan=False, ensure_ascii=False).encode())
    except UnicodeEncodeError as error:
        raise ValueError(Message("observations.half_character")) from error
    if size > LARGEST_DETAIL:
        raise ValueError(Message("observations.detail_too_large", size=size, most=LARGEST_DETAIL))
    return detail


def _require_shallow(value: object, levels: int) -> None:
    if isinstance(value, dict | list):
        if levels == 0:
            raise ValueError(Message("observations.detail_too_deep", most=DEEPEST))
        for inner in value.values() if isinstance(value, dict) else value:
            _require_shallow(inner, levels - 1)


def _known_message(said: object) -> Message | None:
    """A message that this system has words for; None for anything else that was sent."""
    try:
        message = as_message(said)
    except ValueError:
        return None
    if message.is_written or not known(message.code):
        return None
    return sane_message(message)


def sane_message(message: Message) -> Message:
    """`message` when it can be stored and told. Raises ValueError for what JSON or UTF-8 cannot hold."""
    _sane_json(message.to_json())
    return message


def _is_absent(value: object) -> bool:
    return value is None


UtcTime = Annotated[datetime, AfterValidator(_sane_time)]
Detail = Annotated[dict[str, Any], AfterValidator(_sane_json)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Category = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]


class SourceKind(StrEnum):
    """What kind of thing saw it."""

    DRONE = "drone"
    TOWER = "tower"
    BODY_CAMERA = "body_camera"
    FIXED_CAMERA = "fixed_camera"
    PLATE_READER = "plate_reader"
    REPORT = "report"
    """A resident, by phone or form."""
    INSPECTOR = "inspector"
    TELEMETRY = "telemetry"
    """The system's own equipment: battery, link, geofence."""


class Source(BaseModel):
    """Who saw it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SourceKind
    id: Name


class Media(BaseModel):
    """A picture or clip that goes with an observation; `sha256` names it in the media store."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["snapshot", "clip"]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    content_type: Annotated[str, Field(pattern=r"^(image|video)/[a-z0-9.+-]+$")]


class Observation(BaseModel):
    """One thing seen or said. Its town, scope, sender and `key` are its idempotency key; `id` follows from `key`."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    id: str = ""
    """UUID version 5 of the key when none was given."""
    city: City
    scope: Scope = LIVE
    """Where none is said, what calls itself simulated is of DEMO. What a sender says here is replaced by its own."""
    source: Source
    source_ref: Name
    """The source's own name for it; the same event sent twice carries the same."""
    category: Category
    started_at: UtcTime
    """Device time, UTC."""
    ended_at: UtcTime | None = None
    received_at: UtcTime | None = None
    """Arrival here, UTC; set on acceptance, whatever the sender wrote."""
    position: Position | None = None
    footprint: Detail | None = None
    """What the sensor covered: a GeoJSON Polygon, lon/lat."""
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 1.0
    summary: Annotated[str, Field(max_length=500)] = ""
    message: Annotated[Message | None, BeforeValidator(_known_message), Field(exclude_if=_is_absent)] = None
    """What the summary says, apart from words; None for what somebody or another system wrote."""
    attributes: Detail = {}
    """Free detail; `identity` (a plate, a track) has a meaning to merging, `simulated` to the scope."""
    scores: dict[str, Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]] = {}
    """How sure the source was of single attributes, where that is less than `confidence`."""
    media: tuple[Media, ...] = ()

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise ValueError(f"ended_at {iso(self.ended_at)} is before started_at {iso(self.started_at)}")
        return self

    @model_validator(mode="after")
    def _in_its_scope(self) -> Self:
        if self.scope == LIVE and self.attributes.get(SIMULATED) is True:
            object.__setattr__(self, "scope", DEMO)
        return self

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.id:
            object.__setattr__(self, "id", observation_id(self.source, self.source_ref))
        return self

    @model_validator(mode="after")
    def _scores_of_what_there_is(self) -> Self:
        if any(key not in self.attributes for key in self.scores):
            known = {key: score for key, score in self.scores.items() if key in self.attributes}
            object.__setattr__(self, "scores", known)
        return self

    @field_serializer("started_at", "ended_at", "received_at")
    def _iso(self, moment: datetime | None) -> str | None:
        if moment is None:
            return None
        return iso(moment)

    @field_serializer("message")
    def _without_words(self, message: Message | None) -> dict[str, Any] | None:
        if message is None:
            return None
        return message.to_json()

    @property
    def key(self) -> tuple[str, str, str]:
        """What its source calls it: the part of the idempotency key that the source itself says."""
        return self.source.kind, self.source.id, self.source_ref

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return not self.scope.is_live


def observation_id(source: Source, source_ref: str) -> str:
    """The id that follows from the idempotency key: the same event always gets the same one."""
    return str(uuid.uuid5(NAMESPACE, json.dumps([source.kind, source.id, source_ref])))


def occurrence_id(observation: Observation, sender: str, occurrence: int) -> str:
    """The id of what `sender` says under a key that stands for another observation already."""
    said = [observation.city, sender, *observation.key, occurrence]
    if not observation.scope.is_live:
        said.append(observation.scope)
    return str(uuid.uuid5(NAMESPACE, json.dumps(said)))


def parse_observation(raw: object, *, where: str = "the observation") -> Observation:
    """An Observation from decoded JSON. Raises BadObservation naming `where`, each bad field and the reason."""
    if not isinstance(raw, dict):
        raise BadObservation(Message("observations.not_an_object", where=where, kind=_json_kind(raw)))
    try:
        return Observation.model_validate(raw)
    except ValidationError as error:
        raise BadObservation(Message("observations.not_taken", where=where, reason=explain(error))) from error


def read_jsonl(lines: Iterable[str], *, name: str) -> Iterator[Observation]:
    """Observations from JSON Lines; blank lines are skipped. Raises BadObservation naming file and line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{name} line {number}"
            try:
                raw = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise BadObservation(f"{where} is not JSON: {error}") from error
            yield parse_observation(raw, where=where)


def _json_kind(raw: object) -> str:
    return {list: "array", str: "string", bool: "boolean", type(None): "null"}.get(type(raw), "number")
