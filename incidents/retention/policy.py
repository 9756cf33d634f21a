"""How long what is kept: a town's own numbers, and when something is due by them. Pure: forgets nothing."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from telemetry.cities import City
from telemetry.towns.values import TownId

Days = Annotated[float, Field(gt=0, le=36_600)]


class Keep(BaseModel):
    """How long observations and their pictures are kept, from their arrival on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    picture_days: Days = 90
    observation_days: Days = 730
    after_closing_days: Days = 180
    """What belongs to an incident stays while that is open, and at least so long after it is closed."""

    def pictures_until(self, arrived: datetime, closed: datetime | None) -> datetime:
        """When the pictures of an observation that arrived then (UTC) go; `closed`: its incident, if it has one."""
        return self._until(arrived, self.picture_days, closed)

    def whole_until(self, arrived: datetime, closed: datetime | None) -> datetime:
        """When the observation itself goes, if not before, then with its pictures."""
        return max(self._until(arrived, self.observation_days, closed), self.pictures_until(arrived, closed))

    def _until(self, arrived: datetime, days: float, closed: datetime | None) -> datetime:
        own = arrived + timedelta(days=days)
        if closed is None:
            return own
        return max(own, closed + timedelta(days=self.after_closing_days))


class KeepSome(Keep):
    """The same for some of them; what is left out matches all."""

    city: TownId | None = None
    purpose: str | None = None
    """Such as traffic or entrances, as the videos' settings have it; public_safety for what comes from no video."""


class KeepEvidence(BaseModel):
    """How long some evidence is kept from when it was recorded on, such as footage off body cameras; what is left out
    matches all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Days
    city: TownId | None = None
    purpose: str | None = None
    source: str | None = None
    """A kind such as body_camera, an id such as BC-1, or both: body_camera:BC-1."""
    category: str | None = None

    @property
    def named(self) -> str:
        """What it matches, in the settings' own words."""
        matched = self.model_dump(exclude={"days"}, exclude_none=True)
        return ", ".join(f"{field} {value}" for field, value in matched.items()) or "picture_days"


class RetentionPolicy(Keep):
    """How long all of them are kept that no entry of `keep` names."""

    keep: tuple[KeepSome, ...] = ()
    """The first that matches counts."""
    evidence: tuple[KeepEvidence, ...] = ()
    """Of those that match the longest counts; where none does, picture_days."""

    def keep_for(self, city: City, purpose: str) -> Keep:
        """How long observations of that kind are kept."""
        for some in self.keep:
            if some.city in (None, city) and some.purpose in (None, purpose):
                return some
        return self

    @property
    def least_age(self) -> timedelta:
        """Nothing that arrived less than so long ago is due, whatever it is."""
        return timedelta(days=min(min(some.picture_days, some.observation_days) for some in (self, *self.keep)))
