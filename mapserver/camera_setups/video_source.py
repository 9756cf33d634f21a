"""Whose video is whose: the unit or camera behind a stream, the town it serves now, and where it looks."""

from dataclasses import dataclass

from sqlmodel import Session

from telemetry.access import Principal, visibility
from telemetry.cities import City
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.positions import Position
from telemetry.scopes import Scope
from telemetry.units import service as units
from telemetry.units.tables import UnitRow
from telemetry.units.views import looks_at
from telemetry.visibility import EVERYTHING
from vision.cameras import service as cameras


@dataclass(frozen=True)
class Sight:
    """Who looks, and what at."""

    name: str
    """What people call it."""
    city: City
    """The town it serves now: what it sees belongs there."""
    kind: SourceKind
    stands: Position | None
    looks_at: Position | None
    """The middle of what it shows."""
    scope: Scope

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return not self.scope.is_live


def sight(session: Session, camera_id: str) -> Sight:
    """The unit or fixed camera `camera_id`. Raises NotFound."""
    unit = session.get(UnitRow, camera_id)
    if unit is None:
        camera = cameras.get(session, camera_id, EVERYTHING)
        stands = Position(lat=camera.lat, lon=camera.lon)
        return Sight(
            camera.name,
            City(camera.city),
            SourceKind.FIXED_CAMERA,
            stands,
            cameras.aim(camera),
            Scope(camera.scope),
        )
    stand = units.position_of(unit)
    return Sight(
        unit.name,
        units.duty_city(unit),
        SourceKind(unit.kind),
        stand,
        looks_at(unit, stand),
        Scope(unit.scope),
    )


def owned(session: Session, camera_id: str) -> bool:
    """Whether there is a unit or fixed camera of that name."""
    try:
        sight(session, camera_id)
    except NotFound:
        return False
    return True


def sight_for(session: Session, camera_id: str, caller: Principal) -> Sight:
    """The same for somebody who wants to see its video. Raises NotFound unless it serves a town of theirs now."""
    found = sight(session, camera_id)
    if not visibility(caller).shows(found):
        raise NotFound(Message("cameras.no_such_camera", camera=camera_id))
    return found
