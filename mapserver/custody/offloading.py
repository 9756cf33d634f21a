"""An offload of which a database is told: the camera's state, its files, how far it is. Copies nothing."""

from collections.abc import Callable
from functools import partial

from mapserver.core.services import Services
from mapserver.custody.flow import bring
from mobile_units.custody import service as custody
from mobile_units.custody.dock_folder import DockStatus
from mobile_units.custody.offload import OffloadProgress, OffloadRecord
from mobile_units.custody.tables import CustodyFootageRow
from mobile_units.custody.values import CustodyEvent, CustodyEventKind, CustodyState
from telemetry.access import Principal, visibility
from telemetry.store import Work
from telemetry.units.tables import UnitRow

_E = CustodyEventKind
STEPS = 200
"""So often the database is told how far an offload is, at most."""


class OffloadLog:
    """What is written down of the offload of one camera, each step in a unit of work of its own."""

    def __init__(self, parts: Services, camera: str, by: Principal) -> None:
        """Raises NotFound when `by` sees no such body camera."""
        self._parts = parts
        self._camera = camera
        self._by = by
        self._told_bytes: int | None = None
        with parts.store.read() as session:
            custody.get(session, camera, visibility(by))

    def begin(self, status: DockStatus) -> None:
        """Its charge and storage, and that its offload begins, or goes on. Raises CustodyRefused where it cannot."""

        def write(work: Work, unit: UnitRow) -> None:
            now = self._parts.clock.now()
            state = custody.row_of(work.session, unit).state
            if state not in (CustodyState.OFFLOADING, CustodyState.VERIFIED):
                event = CustodyEvent(now, unit.id, _E.OFFLOAD_BEGIN, self._by.name)
                bring(self._parts, work, unit, event, self._by, [])
            custody.note_reading(work, unit, battery=status.battery, free_bytes=status.free_bytes, now=now)

        self._write(write)

    def progress(self, progress: OffloadProgress) -> None:
        """How far it is."""
        before = self._told_bytes
        if before is not None and (progress.done_bytes - before) * STEPS < progress.total_bytes:
            return
        self._told_bytes = progress.done_bytes
        note = partial(
            custody.note_progress,
            name=progress.name,
            done_bytes=progress.done_bytes,
            total_bytes=progress.total_bytes,
        )
        self._write(note)

    def end(self, records: list[OffloadRecord]) -> None:
        """The files that came off it were read back equal; or there was none on it."""

        def write(work: Work, unit: UnitRow) -> None:
            if custody.row_of(work.session, unit).state != CustodyState.OFFLOADING:
                return
            now = self._parts.clock.now()
            sha256 = tuple(dict.fromkeys(record.sha256 for record in records))
            done = CustodyEvent(now, unit.id, _E.OFFLOAD_DONE, self._by.name, sha256=sha256, is_empty=not records)
            files = [self._row(unit, record) for record in records]
            bring(self._parts, work, unit, done, self._by, files)
            if records:
                verified = CustodyEvent(now, unit.id, _E.VERIFY, self._by.name, sha256=sha256)
                bring(self._parts, work, unit, verified, self._by, [])

        self._write(write)

    def _row(self, unit: UnitRow, record: OffloadRecord) -> CustodyFootageRow:
        return CustodyFootageRow(
            unit_id=unit.id,
            sha256=record.sha256,
            city=unit.lent_to or unit.city,
            scope=unit.scope,
            name=record.name,
            size=record.size,
            offloaded_at=self._parts.clock.now(),
            recorded_at=record.facts.recorded_at,
            clock_offset_s=record.clock_offset_s,
            lat=record.facts.lat,
            lon=record.facts.lon,
        )

    def _write(self, story: Callable[[Work, UnitRow], None]) -> None:
        with self._parts.store.write() as work:
            story(work, custody.get(work.session, self._camera, visibility(self._by)).unit)
