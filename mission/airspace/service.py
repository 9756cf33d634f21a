"""What can be done with a town's zones: take a file, put one away, ask for the airspace. The caller commits.

Permits are kept in `permit_store.py`.
"""

import threading
import uuid
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlmodel import Session, col, select

from mission.airspace.data_set import DataSet
from mission.airspace.evaluate import Airspace
from mission.airspace.files import ZoneFile, read_zones
from mission.airspace.outlines import polygon_of
from mission.airspace.tables import ZoneFileRow, ZoneSetRow
from telemetry.cities import City
from telemetry.clock import iso, iso_or_none, town_time
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.messages import Message, as_message
from telemetry.scopes import Scope
from telemetry.store import Change, Work
from telemetry.visibility import Visibility

DEFAULT_NAME = "zones"
"""What a set is called when nobody names it."""
NEAR_DEG = 3.0
"""Some zone of a town's file lies as near as this to it, in latitude and in longitude."""
TOWNS_KEPT = 8
"""Built airspaces that stay in memory: two towns, and the ones they had before."""
ReadStored = Callable[[bytes, str, City, bool], ZoneFile]
"""Reads the bytes of a file in force, given its name, its town and whether its unclear zones are kept."""


def languages_of(city: City) -> tuple[str, ...]:
    """The languages in which a town reads what a zone says, before English."""
    return city.facts.languages


def take(
    work: Work,
    file: ZoneFile,
    deflated: bytes,
    *,
    city: City,
    scope: Scope,
    file_name: str,
    at: datetime,
    by: str,
    name: str = DEFAULT_NAME,
    keep_unclear: bool = False,
) -> ZoneSetRow:
    """Put the zones of a file in force for a town, in place of those of the same name. Raises BadInput, Conflict.

    `file` is what its bytes were read into, and `deflated` these bytes as `deflate` makes them, before the turn to
    write is taken. The same file again is refused: it would only look fresher.
    """
    title = name.strip()
    if not title or len(title) > 60:
        raise BadInput(Message("airspace.set_name"))
    _want_near(file, city, file_name)
    older = _in_force(work.session, city, scope, title)
    if older is not None and older.sha256 == file.sha256 and older.keep_unclear == keep_unclear:
        since = town_time(older.loaded_at, city.facts.zone)
        raise Conflict(Message("airspace.in_force_already", file_name=file_name, title=title, since=since))
    if older is not None:
        archive_set(work, older, at)
        work.session.flush()  # one of a name is in force at a time
    if work.session.get(ZoneFileRow, file.sha256) is None:
        work.session.add(ZoneFileRow(sha256=file.sha256, content=deflated))
        work.session.flush()
    row = ZoneSetRow(
        id=f"airspace-{uuid.uuid4().hex[:12]}",
        city=city,
        scope=scope,
        name=title,
        file_name=file_name[:200],
        sha256=file.sha256,
        format=file.format,
        title=file.title[:200],
        zones=len(file.zones),
        remarks=[remark.to_json() for remark in file.remarks[:500]],
        keep_unclear=keep_unclear,
        synthetic=file.synthetic,
        issued=file.issued,
        valid_from=file.valid_from,
        valid_until=file.valid_until,
        loaded_at=at,
        loaded_by=by,
    )
    work.session.add(row)
    work.tell(change(row))
    _built.remember(row.id, file)
    return row


def deflate(content: bytes) -> bytes:
    """A file's bytes as they are kept; takes a second for a whole country's."""
    return zlib.compress(content)


def archive_set(work: Work, row: ZoneSetRow, at: datetime) -> None:
    """Take a set out of force; its file stays for the verdicts that stand on it."""
    if row.replaced_at is None:
        row.replaced_at = at
        work.session.add(row)
        work.tell(change(row))


def sets_of(session: Session, visible: Visibility, *, also_replaced: bool = False) -> list[ZoneSetRow]:
    """The sets of `visible` in force, or ever, newest first."""
    query = select(ZoneSetRow).where(visible.rows(ZoneSetRow))
    if not also_replaced:
        query = query.where(col(ZoneSetRow.replaced_at).is_(None))
    return list(session.exec(query.order_by(col(ZoneSetRow.loaded_at).desc(), col(ZoneSetRow.id))))


def get_set(session: Session, set_id: str, visible: Visibility) -> ZoneSetRow:
    """The set, in force or not. Raises NotFound."""
    row = session.get(ZoneSetRow, set_id)
    if row is None or not visible.shows(row):
        raise NotFound(Message("airspace.set_not_found", set_id=set_id))
    return row


def newest(session: Session, visible: Visibility) -> str:
    """What changes whenever these zones do; cheap."""
    return " ".join(sorted(row.id for row in sets_of(session, visible)))


def airspace_of(session: Session, visible: Visibility) -> Airspace:
    """A town's zones that are in force in a scope, indexed once for each combination of sets, shared by all threads.

    Without any set it holds no zone and no data set, which `data_set.doubts` reports: no data is not a free sky.
    """
    return _built.get(session, tuple(reversed(sets_of(session, visible))))


class _Built:
    """Airspaces by the sets they were built from; the newest few are kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], Airspace] = OrderedDict()
        self._files_lock = threading.Lock()
        self._files: OrderedDict[str, ZoneFile] = OrderedDict()
        self.read: ReadStored = _read_here

    def remember(self, set_id: str, file: ZoneFile) -> None:
        """Build with `file` when that set is asked for: reading a whole country's file again takes seconds."""
        with self._files_lock:
            self._files[set_id] = file
            while len(self._files) > TOWNS_KEPT:
                self._files.popitem(last=False)

    def get(self, session: Session, sets: tuple[ZoneSetRow, ...]) -> Airspace:
        key = tuple(row.id for row in sets)
        with self._lock:  # one builds, the others wait: building twice costs more than waiting
            if key not in self._kept:
                self._kept[key] = self._build(session, sets)
            self._kept.move_to_end(key)
            while len(self._kept) > TOWNS_KEPT:
                self._kept.popitem(last=False)
            return self._kept[key]

    def _build(self, session: Session, sets: tuple[ZoneSetRow, ...]) -> Airspace:
        files = [self._files.get(row.id) or self._read(session, row) for row in sets]
        return Airspace([zone for file in files for zone in file.zones], [data_set_of(row) for row in sets])

    def _read(self, session: Session, row: ZoneSetRow) -> ZoneFile:
        content = zlib.decompress(session.get_one(ZoneFileRow, row.sha256).content)
        return self.read(content, row.file_name, City(row.city), row.keep_unclear)


def _read_here(content: bytes, file_name: str, city: City, keep_unclear: bool) -> ZoneFile:
    return read_zones(content, file_name, languages=languages_of(city), keep_unclear=keep_unclear)


_built = _Built()


@contextmanager
def stored_files_read_by(read: ReadStored) -> Iterator[None]:
    """While the block lasts, have the files in force read by `read` when they are asked for after a restart."""
    _built.read = read
    try:
        yield
    finally:
        _built.read = _read_here


def unknown_zones(session: Session, city: City, scope: Scope, identifiers: Iterable[str]) -> list[Message]:
    """A sentence for each of `identifiers` that is no zone in the town's data, with what it may have meant."""
    known = sorted({zone.identifier for zone in airspace_of(session, Visibility(frozenset({city}), scope)).zones})
    found = []
    for identifier in identifiers:
        if identifier not in known:
            near = get_close_matches(identifier.upper(), known, n=3, cutoff=0.4) or known[:3]
            said = {"identifier": identifier, "town": city.facts.name}
            if near:
                found.append(Message("airspace.no_zone_but", near=near, **said))
            else:
                found.append(Message("airspace.no_zone_data", **said))
    return found


def data_set_of(row: ZoneSetRow) -> DataSet:
    """Where the zones of a set come from."""
    return DataSet(
        name=row.name,
        format=row.format,
        version=row.sha256,
        loaded_at=row.loaded_at,
        title=row.title,
        issued=row.issued,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        synthetic=row.synthetic,
    )


def _want_near(file: ZoneFile, city: City, file_name: str) -> None:
    """Refuse the zones of another country: by them every flight of this town would be free."""
    town = city.facts
    for zone in file.zones:
        for volume in zone.volumes:
            west, south, east, north = polygon_of(volume.shape).bounds
            if west - NEAR_DEG <= town.lon <= east + NEAR_DEG and south - NEAR_DEG <= town.lat <= north + NEAR_DEG:
                return
    raise BadInput(Message("airspace.another_country", file_name=file_name, degrees=NEAR_DEG, town=town.name))


def _in_force(session: Session, city: City, scope: Scope, name: str) -> ZoneSetRow | None:
    sets = sets_of(session, Visibility(frozenset({city}), scope))
    return next((row for row in sets if row.name == name), None)


def public(row: ZoneSetRow) -> dict[str, Any]:
    """The set as the API and the live map show it; its zones are asked for on their own."""
    return {
        "id": row.id,
        "city": row.city,
        "name": row.name,
        "file_name": row.file_name,
        "title": row.title,
        "format": row.format,
        "version": row.sha256,
        "zones": row.zones,
        "remarks": [as_message(remark).text() for remark in row.remarks],
        "synthetic": row.synthetic,
        "issued": iso_or_none(row.issued),
        "valid_from": iso_or_none(row.valid_from),
        "valid_until": iso_or_none(row.valid_until),
        "loaded_at": iso(row.loaded_at),
        "loaded_by": row.loaded_by,
        "in_force": row.replaced_at is None,
    }


def change(row: ZoneSetRow) -> Change:
    """The news of the set for the live map: gone once it is out of force."""
    return Change(
        "airspace", row.id, frozenset({City(row.city)}), Scope(row.scope), None if row.replaced_at else public(row)
    )
