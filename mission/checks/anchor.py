"""How well a flight's heights are known: where home lies above the sea, and the ground below. Judges nothing.

A profile is reckoned from one height of home. Where that is not known, or the ground elsewhere is not, the heights it
gives may be off by what is said here; whoever compares them with a limit takes the whole band.
"""

from dataclasses import dataclass
from enum import StrEnum

from mission.ground import FlatTerrain, Terrain, UnknownGround
from mission.heights import AboveGround, AboveSea, Band, ground_near, sea_above_ground
from telemetry.messages import Message
from telemetry.positions import Position


class Measured(StrEnum):
    """What a height of the plan was given from."""

    FROM_HOME = "home"
    FROM_SEA = "sea"
    FROM_GROUND = "ground"


@dataclass(frozen=True)
class Anchor:
    """Where the ground is, as far as is known."""

    reckoned_m: float
    """Metres above the sea at which the profile puts home."""
    home: Band[AboveSea]
    """Where it may be."""
    ground: Band[AboveSea] | None = None
    """Where the ground away from home may be; None where it is as the profile's terrain says.

    That terrain is a file, or ground as high as home where nobody has told anything else."""
    surveyed: bool = False
    """Whether the ground comes from a terrain file."""

    @property
    def _elsewhere(self) -> Band[AboveSea]:
        if self.ground is None:
            return self.home
        return self.ground

    def off_sea(self, measured: Measured) -> tuple[float, float]:
        """How much lower (negative) and higher than reckoned such a height may be above the sea, metres."""
        if measured is Measured.FROM_SEA:
            return 0.0, 0.0
        of = self._elsewhere
        if measured is Measured.FROM_HOME:
            of = self.home
        return of.low_m - self.reckoned_m, of.high_m - self.reckoned_m

    def off_ground(self, measured: Measured) -> tuple[float, float]:
        """How much lower (negative) and higher than reckoned such a height may be above the ground, metres."""
        if measured is Measured.FROM_GROUND:
            return 0.0, 0.0
        if measured is Measured.FROM_HOME and self.ground is None:
            return 0.0, 0.0  # the ground goes up and down with home
        start: Band[AboveSea] = Band(self.reckoned_m, self.reckoned_m)
        if measured is Measured.FROM_HOME:
            start = self.home
        off: Band[AboveGround] = sea_above_ground(start, self._elsewhere)
        return off.low_m, off.high_m

    @property
    def words(self) -> Message | None:
        """What is known of the ground, for a reader; None where it is surveyed."""
        if self.surveyed:
            return None
        if self.ground is not None:
            return Message("checks.anchor.told", words=self.ground.words)
        if self.home.known:
            return Message("checks.anchor.as_home", words=self.home.words)
        return Message("checks.anchor.not_known", words=self.home.words)


def anchored(home: Position, terrain: Terrain | None, told: Band[AboveSea] | None) -> tuple[Terrain, Anchor]:
    """The ground of a flight from `home`, and how well it is known.

    A terrain file is believed before home's own altitude, that before `told`, which is the town's lowest and highest
    ground. Where nothing is known the lowest is reckoned with, above which a height above the sea is highest, or the
    sea where that is lower still.
    """
    if terrain is not None:
        ground = float(terrain.heights_m([home.lat], [home.lon])[0])
        return terrain, Anchor(ground, Band(ground, ground), surveyed=True)
    if home.alt_m is not None:
        own: Band[AboveSea] = Band(home.alt_m, home.alt_m)
        if told is not None:
            told = told.with_also(own)
        return FlatTerrain(home.alt_m), Anchor(home.alt_m, own, told)
    band = told or ground_near(home.lat, home.lon)
    unknown = UnknownGround(band)
    return unknown, Anchor(unknown.reckoned_m, band, told)
