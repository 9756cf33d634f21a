"""Settings of one town: its ground, its streets, and whom its briefings name."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mission.heights import AboveSea, Band
from telemetry.messages import Message


class ContactSettings(BaseModel):
    """Somebody whom a printed briefing names; what is empty is printed as "not set"."""

    name: str = ""
    phone: str = ""
    email: str = ""


_GroundHeight = Annotated[float, Field(ge=-430, le=8_850, allow_inf_nan=False)]


class TerrainSettings(BaseModel):
    """What is known of a town's ground beside its terrain file."""

    model_config = ConfigDict(extra="forbid")

    ground_m: tuple[_GroundHeight, _GroundHeight] | None = None
    """Lowest and highest ground where the town flies, metres above mean sea level: what flights are judged by where
    there is no terrain file. Without both, the ground of the whole country is reckoned with."""

    @field_validator("ground_m")
    @classmethod
    def _lowest_first(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and value[0] > value[1]:
            raise ValueError(Message("settings.lowest_first"))
        return value

    @property
    def ground(self) -> Band[AboveSea] | None:
        """`ground_m` as a band."""
        if self.ground_m is None:
            return None
        return Band(*self.ground_m)


class TownSettings(BaseModel):
    """What a town knows of itself: its ground, and what its printed briefings say beyond what the plan knows."""

    operator: ContactSettings = ContactSettings()
    """The town as UAS operator: who answers for its flights."""
    coordination_centre: ContactSettings = ContactSettings()
    """The town's centre, which is told of every take-off and landing."""
    air_traffic_control: ContactSettings = ContactSettings()
    """The tower or information service to call when a drone flies away; authorities of zones come from zone data."""
    pilot_phones: dict[str, str] = {}
    """Phone numbers by user name."""
    terrain: TerrainSettings = TerrainSettings()
    streets_file: Path | None = None
    """GeoJSON of the town's streets and waters to draw below the route, each feature's `kind` being town, park, water,
    street or main; without, the map has a grid of coordinates only."""
