"""A server with the demo's two towns, a token for each caller, and the marks by which a town's data is known."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi.testclient import TestClient
from sqlmodel import select

from incidents.timeline import acceptance as timeline
from incidents.timeline.tables import IncidentRow
from mapserver.access.passwords import generated
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.demo.seed import seed
from mapserver.program.app import create_app
from mission.zones.tables import ZoneRow
from telemetry.access import Role
from telemetry.cities import City, known_towns
from telemetry.observations.tables import ObservationRow
from telemetry.scopes import DEMO
from telemetry.units.tables import UnitRow
from tests.builders import observation
from tests.mapserver.clients import english_client
from tests.mapserver.conftest import makes_tokens
from vision.cameras.tables import CameraRow

STRANGER = "stranger"
CALLERS: dict[str, tuple[Role, City | None] | None] = {
    STRANGER: None,
    **{str(role): (role, City("dobele")) for role in Role if role is not Role.ADMIN},
    "admin": (Role.ADMIN, None),
}
"""Everybody is of Dobele and the demo's scope, but the administrator serves both towns."""


@dataclass
class Town:
    """What operations are tried on."""

    parts: Services
    client: TestClient
    known: dict[str, list[str]] = field(default_factory=dict)
    """Ids that there are, by the name of the path parameter they fit."""
    marks: frozenset[str] = frozenset()
    """Words that only Šiauliai's data has."""

    _tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, caller: str) -> dict[str, str]:
        """The caller's token."""
        who = CALLERS[caller]
        if who is None:
            return {}
        if caller not in self._tokens:
            self._tokens[caller] = makes_tokens(self.parts)(*who, scope=DEMO)
        return {"Authorization": f"Bearer {self._tokens[caller]}"}

    def forget_tokens(self) -> None:
        """Make new ones: an operation may have ended those there were."""
        self._tokens.clear()


@contextmanager
def seeded_town(migrated: Path, folder: Path) -> Iterator[Town]:
    """Both towns of the demo, with an incident in each."""
    shutil.copy(migrated, folder / "vanagas.db")
    parts = assemble(Settings(data_dir=folder, secret_key=new_secret(), secure_cookies=False))
    now = parts.clock.now()
    with parts.store.write() as work:
        seed(work, drone_link="udpin://127.0.0.1:1", password=generated(), now=now)
        for city in known_towns():
            seen = observation(
                f"mark-of-{city}", source=f"camera-of-{city}", city=city, summary=f"seen-in-{city}", scope=DEMO
            )
            timeline.accept(work, [seen], now=now, rules=parts.rules)
    with english_client(create_app(parts), raise_server_exceptions=False) as client:
        yield Town(parts, client, *_known(parts))
    parts.store.close()


def _known(parts: Services) -> tuple[dict[str, list[str]], frozenset[str]]:
    with parts.store.read() as session:
        cameras = session.exec(select(CameraRow)).all()
        units = session.exec(select(UnitRow)).all()
        zones = session.exec(select(ZoneRow)).all()
        observations = session.exec(select(ObservationRow.id)).all()
        incidents = session.exec(select(IncidentRow.id)).all()
        known: dict[str, list[str]] = {
            "camera_id": [*(row.id for row in cameras), *(row.id for row in units)],
            "unit_id": [row.id for row in units],
            "zone_id": [row.id for row in zones],
            "observation_id": [str(one) for one in observations],
            "incident_id": list(incidents),
            "city": [str(city) for city in known_towns()],
            "name": [f"pilot.{City('dobele')}", f"device.{City('dobele')}"],
        }
        foreign = [row.id for row in cameras if row.city == City("siauliai")]
        foreign += [row.id for row in zones if row.city == City("siauliai")]
    return known, frozenset((*foreign, f"mark-of-{City('siauliai')}", f"seen-in-{City('siauliai')}"))
