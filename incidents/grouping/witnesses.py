"""An observation as grouping sees it: who says what, when and where, in metres and seconds. Decides nothing."""

import math
from dataclasses import dataclass
from enum import StrEnum

from incidents.merging.incident import identities
from telemetry.observations import Observation, SourceKind
from telemetry.positions import LocalFrame

PRECISE_M = 15.0
"""A witness this good, or better, places a thing."""
APP_M = 20.0
"""A resident's report this good comes from a phone that knows where it is."""


class SourceClass(StrEnum):
    """Sources that err in the same way."""

    CALLER = "caller"
    CAMERA = "camera"
    PATROL = "patrol"
    """Whoever was sent there or is there: inspectors, body cameras, drones, towers."""


_CLASSES = {
    SourceKind.REPORT: SourceClass.CALLER,
    SourceKind.FIXED_CAMERA: SourceClass.CAMERA,
    SourceKind.PLATE_READER: SourceClass.CAMERA,
    SourceKind.TELEMETRY: SourceClass.CAMERA,
}


@dataclass(frozen=True)
class TailedError:
    """An error of place: normal, and now and then several times as large."""

    share: float
    """How often it is the large one."""
    times: float
    """How many times as large that one is."""


CALLER_ERROR = TailedError(0.1, 4.0)
APP_ERROR = TailedError(0.05, 4.0)
VIEW_ERROR = TailedError(0.25, 3.0)
"""A maker's event lies in the middle of the view, wherever in it the thing is."""
PRECISE_ERROR = TailedError(0.01, 2.5)


@dataclass(frozen=True, slots=True)
class Witness:
    """One observation, reduced to what grouping weighs."""

    id: str
    category: str
    of: SourceClass
    device: str
    """Its source: words of one device err together."""
    at_s: float
    """When it happened, seconds since 1970, with the known offset of its clock taken off."""
    lasts_s: float
    placed: bool
    """Whether it says where the thing is."""
    east_m: float
    north_m: float
    accuracy_m: float
    identity: str | None
    speed_mps: float | None
    heading_deg: float | None
    """Clockwise from north."""
    mentions: frozenset[str]
    """Kinds that the words of a caller speak of."""

    @property
    def order(self) -> tuple[float, str]:
        """The canonical order: when it happened, then id."""
        return self.at_s, self.id

    @property
    def named_by_device(self) -> bool:
        """Whether its identity is a device's own name of what it follows (`DEVICE/…`), which nobody else gives to the
        same thing: it holds the device's words together, and says nothing against another's."""
        return self.identity is not None and "/" in self.identity

    @property
    def precise(self) -> bool:
        """Whether it places a thing."""
        return self.placed and self.accuracy_m <= PRECISE_M

    @property
    def there(self) -> bool:
        """Whether it saw the thing itself where it says; a caller's phone only knows where the caller is."""
        return self.precise and self.of is not SourceClass.CALLER


def witness_of(observation: Observation, at_s: float, mentions: frozenset[str], *, named: bool) -> Witness:
    """`observation`, which happened at `at_s`. What a person `named` as belonging says nothing of the place."""
    east = 0.0
    north = 0.0
    accuracy = 1.0
    place = observation.position
    if place is not None:
        facts = observation.city.facts
        east, north = LocalFrame(facts.lat, facts.lon).to_metres(place.lat, place.lon)
        accuracy = max(1.0, place.accuracy_m)
    lasts = 0.0
    if observation.ended_at is not None:
        lasts = (observation.ended_at - observation.started_at).total_seconds()
    return Witness(
        id=observation.id,
        category=observation.category,
        of=source_class(observation.source.kind),
        device=device_of(observation),
        at_s=at_s,
        lasts_s=lasts,
        placed=place is not None and not named,
        east_m=east,
        north_m=north,
        accuracy_m=accuracy,
        identity=next(iter(identities(observation)), None),
        speed_mps=_number(observation, "speed_mps"),
        heading_deg=_number(observation, "heading_deg"),
        mentions=mentions,
    )


def device_of(observation: Observation) -> str:
    """The source of `observation` in one word."""
    return f"{observation.source.kind} {observation.source.id}"


def source_class(kind: SourceKind) -> SourceClass:
    """The class of a kind of source."""
    return _CLASSES.get(kind, SourceClass.PATROL)


def error_of(witness: Witness) -> TailedError:
    """How the place that `witness` gives errs."""
    if witness.of is SourceClass.CALLER:
        if witness.accuracy_m <= APP_M:
            return APP_ERROR
        return CALLER_ERROR
    if witness.accuracy_m <= PRECISE_M:
        return PRECISE_ERROR
    return VIEW_ERROR


def _number(observation: Observation, name: str) -> float | None:
    value = observation.attributes.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None
