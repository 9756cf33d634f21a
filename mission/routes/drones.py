"""The catalogue of drones: what each can do, which cameras it carries, and how DJI's route files call it."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mission.routes.catalogue import entries_of, entry_named, shipped_entries
from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles import Airframe

DEFAULT_DRONE = "generic"
MAY_BE_NEGATIVE = {"min_temperature_c", "max_temperature_c"}


class Wpml(BaseModel):
    """The numbers by which DJI's WPML names drone and payload (`droneInfo`, `payloadInfo`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drone: int = Field(ge=0)
    """`droneEnumValue`."""
    drone_sub: int = Field(default=0, ge=0)
    """`droneSubEnumValue`."""
    payload: int = Field(ge=0)
    """`payloadEnumValue`."""
    position: int = Field(default=0, ge=0)
    """`payloadPositionIndex`."""


class Drone(BaseModel):
    """A drone as it is bought: an airframe with its cameras."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    airframe: Airframe
    cameras: tuple[str, ...] = Field(min_length=1)
    """Names in the catalogue of cameras, the one used by default first."""
    wpml: Wpml | None = None
    """None for what flies no DJI route files."""
    autopilot: AutopilotName | None = None
    """What it flies with, where that speaks MAVLink and is known."""

    @model_validator(mode="before")
    @classmethod
    def _known_fields(cls, table: Any) -> Any:
        if not isinstance(table, dict) or not isinstance(table.get("airframe"), dict):
            return table
        for name, value in table["airframe"].items():
            if name not in {each.name for each in fields(Airframe)}:
                raise ValueError(Message("routes.no_airframe_field", field=name))
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if number and name not in MAY_BE_NEGATIVE and not 0 < value < 1e9:
                raise ValueError(Message("routes.airframe_field_not_positive", field=name))
        return table


@cache
def shipped() -> dict[str, Drone]:
    """The drones that come with the program, by name."""
    return shipped_entries(Drone, "drones.toml")


def drones(extra: Path | None = None) -> dict[str, Drone]:
    """Every drone by name, those of the file `extra` before the shipped ones. Raises BadPlan naming what is wrong."""
    known = dict(shipped())
    if extra is not None:
        known |= entries_of(Drone, extra)
    return known


def drone_named(name: str, known: dict[str, Drone] | None = None) -> Drone:
    """The drone called `name`. Raises BadPlan listing the known ones."""
    if known is None:
        known = shipped()
    return entry_named(name, known, "drone")


def camera_of(drone: Drone, wanted: str | None) -> str:
    """The name of the camera to plan with. Raises BadPlan when `drone` does not carry the one wanted."""
    if wanted is None or wanted in drone.cameras:
        return wanted or drone.cameras[0]
    raise BadPlan(Message("routes.no_such_camera", drone=drone.title, camera=wanted, cameras=list(drone.cameras)))
