"""Looks at live video, in the audit trail: one entry a look, with who, whose video, from when to when.

An entry is never changed, so it is written when the look ends; until then a small file says that it is under way. What
a server that was killed left behind is written down at the next start.
"""

import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import Clock, iso
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.scopes import LIVE, Scope
from telemetry.store import Store

GLANCES_END = timedelta(seconds=30)
"""Stills that come further apart are two looks."""


@dataclass
class Viewing:
    """A look under way."""

    id: str
    who: Principal
    city: City
    """The town whose video it is."""
    begins: datetime
    cameras: list[str]
    stills: bool
    """Single pictures every few seconds, not video."""
    last: datetime = field(init=False)
    """When the last still was given, UTC."""

    def __post_init__(self) -> None:
        self.last = self.begins


class Looks:
    """Every look under way. May be used from any thread."""

    def __init__(self, store: Store, folder: Path, clock: Clock) -> None:
        self._store = store
        self._folder = folder
        self._clock = clock
        self._lock = threading.Lock()
        self._glances: dict[tuple[str, City], Viewing] = {}

    def begin(self, who: Principal, city: City, camera_id: str) -> Viewing:
        """Somebody is about to see the live video of `camera_id`, which serves `city`."""
        return self._open(who, city, camera_id, stills=False)

    def end(self, look: Viewing) -> None:
        """They see it no longer."""
        self._write(look, Message("audit.period", begins=iso(look.begins), ends=iso(self._clock.now())))

    def glance(self, who: Principal, city: City, camera_id: str) -> None:
        """Somebody is about to see a still: all they see of a town without a long pause is one look."""
        with self._lock:
            look = self._glances.get((who.name, city))
            if look is None:
                self._glances[who.name, city] = self._open(who, city, camera_id, stills=True)
                return
            look.last = self._clock.now()
            if camera_id not in look.cameras:
                look.cameras.append(camera_id)
                self._note(look)

    def end_glances(self, *, all_of_them: bool = False) -> None:
        """Write down the looks at stills that are over."""
        before = self._clock.now() - GLANCES_END
        with self._lock:
            over = [key for key, look in self._glances.items() if all_of_them or look.last < before]
            ended = [self._glances.pop(key) for key in over]
        for look in ended:
            self._write(look, Message("audit.period", begins=iso(look.begins), ends=iso(look.last)))

    def recover(self) -> None:
        """Write down the looks that were under way when the server last ended without a word."""
        for file in sorted(self._folder.glob("*.json")):
            said = json.loads(file.read_text("utf-8"))
            town = None if said["town"] is None else City(said["town"])
            look = Viewing(
                file.stem,
                Principal(said["who"], Role(said["role"]), town, Scope(said.get("scope", LIVE))),
                City(said["city"]),
                datetime.fromisoformat(said["from"]),
                said["cameras"],
                said["stills"],
            )
            self._write(look, Message("audit.broken_off", begins=said["from"]))

    def _open(self, who: Principal, city: City, camera_id: str, *, stills: bool) -> Viewing:
        look = Viewing(secrets.token_hex(8), who, city, self._clock.now(), [camera_id], stills)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._note(look)
        return look

    def _note(self, look: Viewing) -> None:
        who = look.who
        said = {
            "who": who.name, "role": who.role, "town": who.city, "scope": who.scope, "city": look.city,
            "from": iso(look.begins),
            "cameras": look.cameras, "stills": look.stills,
        }  # fmt: skip
        write_whole(self._path(look), json.dumps(said))

    def _write(self, look: Viewing, when: Message) -> None:
        subject = f"live video of {look.cameras[0]}"
        detail = when
        if look.stills:
            subject = "stills of the wall"
            detail = Message("audit.of_cameras", when=when, cameras=", ".join(look.cameras))
        with self._store.write() as work:
            now = self._clock.now()
            audit.record(work.session, look.who, "watch", subject, city=look.city, at=now, detail=detail)
        self._path(look).unlink(missing_ok=True)

    def _path(self, look: Viewing) -> Path:
        return self._folder / f"{look.id}.json"
