"""What the register holds: papers of operators, pilots and drones. A paper is good to the end of its last day."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from telemetry.messages import Message

_Word = Annotated[str, Field(min_length=1, max_length=120)]


class Authorisation(BaseModel):
    """An operational authorisation, or a declaration for a standard scenario, of the specific category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: _Word
    until: date
    bvlos: bool = False
    """Whether it covers flying beyond visual line of sight."""
    night: bool = False


class Operator(BaseModel):
    """A town as UAS operator."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Word
    registration: Annotated[str, Field(pattern=r"^[A-Z]{3}[0-9a-z]{13}$")]
    """As marked on its drones: three letters of the country and 13 more (EN 4709-002), without the secret part."""
    registered_until: date
    insurance_until: date
    authorisation: Authorisation | None = None
    """None: open category only."""


class CertificateKind(StrEnum):
    """What a pilot has been examined for."""

    A1_A3 = "A1/A3"
    """Proof of online training."""
    A2 = "A2"
    """Certificate of remote pilot competency."""
    STS = "STS"
    """Certificate for the standard scenarios of the specific category."""


class Certificate(BaseModel):
    """One of a pilot's certificates."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: CertificateKind
    number: _Word
    until: date


class Pilot(BaseModel):
    """A remote pilot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certificates: tuple[Certificate, ...]
    bvlos_until: date | None = None
    """How long the operator lets this pilot fly beyond visual line of sight; None: not at all."""


class LinkLoss(StrEnum):
    """What a drone is set to do when it no longer hears its pilot."""

    RETURN = "return"
    LAND = "land"
    HOVER = "hover"
    CONTINUE = "continue"
    """Goes on with the mission."""


class DronePapers(BaseModel):
    """One drone's papers and the settings that a flight relies on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    airframe: str = ""
    """Its name in the drone catalogue; empty for the default."""
    eu_class: Literal["", "C0", "C1", "C2", "C3", "C4", "C5", "C6"] | None = None
    """As marked on this very drone; None: as the catalogue says, empty: unmarked."""
    serial: str = ""
    """For Remote ID, ANSI/CTA-2063-A; empty where it sends none."""
    insurance_until: date | None = None
    """None: covered by the operator's insurance."""
    maintenance_due: date
    firmware: _Word
    firmware_approved: bool
    """Whether the town has released this firmware for flying."""
    green_light: bool = False
    """Whether it carries the green flashing light for the night (UAS.OPEN.060 (2) (g))."""
    return_height_m: Annotated[float, Field(ge=5, le=500)] | None = None
    """Metres above home to which it climbs, if lower, before it returns, as set on board."""
    link_loss: LinkLoss = LinkLoss.RETURN

    @field_validator("serial")
    @classmethod
    def _well_formed(cls, serial: str) -> str:
        if serial and (fault := serial_fault(serial)) is not None:
            raise ValueError(fault)
        return serial


@dataclass(frozen=True)
class Papers:
    """What the register holds for one flight; None where it holds nothing."""

    operator: Operator | None = None
    pilot: Pilot | None = None
    drone: DronePapers | None = None
    version: str = ""
    """The entries they were read from."""

    @property
    def authorisation(self) -> Authorisation | None:
        """The operator's, of the specific category."""
        if self.operator is None:
            return None
        return self.operator.authorisation


_CODE = "0-9A-HJ-NP-Z"
_LENGTHS = "123456789ABCDEF"


def serial_fault(serial: str) -> Message | None:
    """What is wrong with a drone's serial number by ANSI/CTA-2063-A (2019), as a sentence; None when nothing is.

    Four characters of the maker's ICAO code, one that tells how many follow (1..9, A..F for 10..15), and those;
    digits and capital letters without O and I.
    """
    if not re.fullmatch(f"[{_CODE}]+", serial):
        return Message("registry.serial_characters", serial=serial[:24])
    if len(serial) < 6 or serial[4] not in _LENGTHS:
        return Message("registry.serial_length", serial=serial[:24])
    told = _LENGTHS.index(serial[4]) + 1
    have = len(serial) - 5
    if told != have:
        return Message("registry.serial_count", serial=serial[:24], told=told, have=have)
    return None
