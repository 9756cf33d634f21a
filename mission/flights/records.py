"""What is written down of a flight, as values and as lines of a file: states, words, reports, audit entries, warnings.

Applies none of it: see `record_writer.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from mission.flights.states import FlightState
from mission.flights.warnings import FlightWarning
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import Instruments, VehicleState


@dataclass(frozen=True)
class StateRecord:
    """The flight is in another state from then on."""

    at: datetime
    state: FlightState
    who: str
    why: Message
    unit_status: str
    """What its drone is shown as."""
    landed: bool
    """Whether it stands on the ground from then on."""
    items_reached: int | None = None
    """Mission items done; None where that is not said."""
    instruments: Instruments | None = None
    kind: Literal["state"] = "state"


@dataclass(frozen=True)
class WordRecord:
    """A word about the flight, its state as it is."""

    at: datetime
    state: FlightState
    """The flight's state then."""
    who: str
    why: Message
    unit_status: str | None
    landed: bool
    instruments: Instruments | None = None
    kind: Literal["word"] = "word"


@dataclass(frozen=True)
class ReportRecord:
    """What the drone said of itself."""

    at: datetime
    position: Position
    relative_alt_m: float
    heading_deg: float | None
    speed_m_s: float
    battery: float | None
    items_reached: int
    unit_status: str
    on_track: bool
    """Whether it is a point of the flight's track."""
    instruments: Instruments
    kind: Literal["report"] = "report"

    def said(self) -> VehicleState:
        """The same as the vehicle said it."""
        return VehicleState(
            at=self.at,
            position=self.position,
            relative_alt_m=self.relative_alt_m,
            heading_deg=self.heading_deg,
            ground_speed_m_s=self.speed_m_s,
            battery=self.battery,
            armed=self.instruments.armed,
            in_air=self.instruments.in_air,
            mode=self.instruments.mode,
            mission_current=self.items_reached,
            mission_total=self.instruments.items,
            gps_ok=self.instruments.gps_ok,
        )


@dataclass(frozen=True)
class AuditRecord:
    """An entry for the audit trail."""

    at: datetime
    who: str
    role: str
    city: City
    action: str
    subject: str
    detail: Message
    kind: Literal["audit"] = "audit"


@dataclass(frozen=True)
class WarningRecord:
    """A warning for whoever takes them."""

    warning: FlightWarning
    kind: Literal["warning"] = "warning"


FlightRecord = StateRecord | WordRecord | ReportRecord | AuditRecord | WarningRecord


@dataclass(frozen=True)
class NumberedRecord:
    """A record and its place among those of its flight, counted from 1."""

    number: int
    record: Annotated[FlightRecord, Field(discriminator="kind")]
    fence: int = 0
    """Of the lease under which it was recorded."""

    def line(self) -> bytes:
        """One line of JSON, its end included."""
        return _LINES.dump_json(self) + b"\n"


_LINES = TypeAdapter(NumberedRecord)


def read_lines(content: bytes) -> list[NumberedRecord]:
    """The records of a file in their order. A line that a crash or a full disk cut short is passed over."""
    found: dict[int, NumberedRecord] = {}
    for line in content.splitlines():
        try:
            numbered = _LINES.validate_json(line)
        except ValidationError:
            continue
        found.setdefault(numbered.number, numbered)
    return [found[number] for number in sorted(found)]
