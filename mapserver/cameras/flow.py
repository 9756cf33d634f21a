"""Stories about cameras that the API, the page and the command line share: add, change, remove, try, import, export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from mapserver.camera_setups.flow import masks_of
from mapserver.core.body_limits import MIB
from mapserver.core.services import Services
from mapserver.core.videos import video_of
from mapserver.intake.flow import replay
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.clock import iso_or_none
from telemetry.errors import BadInput, Conflict, VanagasError
from telemetry.messages import Message
from telemetry.store import Work
from vision.cameras import registry, service
from vision.cameras.camera_list import (
    CameraList,
    ListedCamera,
    RefusedCameraLine,
    read_camera_list,
    written_camera_list,
)
from vision.cameras.stream_cipher import StreamCipher
from vision.cameras.tables import CameraRow, CameraStreamRow
from vision.cameras.trial import TrialPicture
from vision.cameras.values import CameraWish, NewCamera
from vision.feeds.address import Transport
from vision.privacy.masks import gather
from vision.recording.storage_layout import kept


@dataclass(frozen=True)
class ImportOutcome:
    """What an import did, or would do."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[RefusedCameraLine, ...]
    """If there are any, nothing was imported."""

    def public(self, *, imported: bool) -> dict[str, Any]:
        """As the API and the command line say it; `imported`: whether it was done."""
        return {
            "imported": imported,
            "added": list(self.added),
            "changed": list(self.changed),
            "unchanged": list(self.unchanged),
            "refused": [{"line": one.line, "reason": one.reason.text()} for one in self.refused],
        }

    def reason(self) -> Message:
        """Why nothing was imported: each refused line."""
        lines = [Message("cameras.list.line", line=one.line, reason=one.reason).text() for one in self.refused]
        return Message("cameras.list.refused", count=len(lines), lines="\n".join(lines))


LARGEST_LIST = 4 * MIB
"""Bytes."""


class NothingImported(VanagasError):
    """Ends a unit of work of which nothing is to be kept; carries what it would have done."""

    def __init__(self, outcome: ImportOutcome) -> None:
        super().__init__(Message("cameras.list.not_kept"))
        self.outcome = outcome


def cipher_of(parts: Services) -> StreamCipher:
    """What encrypts the addresses of this server. Raises Misconfigured without a secret key."""
    return StreamCipher(parts.settings.key)


def add(parts: Services, work: Work, wanted: NewCamera, *, by: Principal) -> CameraRow:
    """Add a camera; events of it that wait in quarantine find their place. Raises as `registry.add`."""
    camera = registry.add(work, wanted, cipher_of(parts), by=by, at=parts.clock.now())
    replay(parts, work, by.scope, [camera.id, *camera.device_names])
    return camera


def change(parts: Services, work: Work, camera_id: str, wish: CameraWish, *, by: Principal) -> CameraRow:
    """Say something else of a camera; what waits under its names is taken in. Raises as `registry.change`."""
    camera = registry.change(work, camera_id, wish, cipher_of(parts), by=by, at=parts.clock.now())
    if {"device_names", "retired"} & wish.said().keys() and camera.retired_at is None:
        replay(parts, work, by.scope, [camera.id, *camera.device_names])
    return camera


def remove(parts: Services, work: Work, camera_id: str, *, by: Principal) -> None:
    """Take a camera out of the registry. Raises NotFound; Conflict while recordings or words of it are kept."""
    service.get(work.session, camera_id, visibility(by))
    if kept(parts.recordings, camera_id=camera_id):
        raise Conflict(Message("cameras.has_recordings", camera=camera_id))
    registry.remove(work, camera_id, by=by, at=parts.clock.now())


def try_camera(parts: Services, camera_id: str, *, by: Principal) -> TrialPicture:
    """A picture that the camera sends now, with the look in the audit trail before anybody sees it.

    Opens its analysed stream for a moment, beside whatever reads it. Raises NotFound, BadInput, BadMedia, SourceLost,
    Overloaded, Unavailable.
    """
    with parts.store.read() as session:
        camera = service.get(session, camera_id, visibility(by))
        video = video_of(parts.settings, session, camera_id)
        masks = gather(masks_of(session, camera_id))
    if video is None:
        raise BadInput(Message("cameras.no_stream", camera=camera_id))
    picture = parts.trials.picture(video.source, video.transport, masks)
    _audit_trial(parts, by, f"camera {camera.id}", City(camera.city))
    return picture


def try_address(parts: Services, address: str, transport: Transport, *, by: Principal) -> TrialPicture:
    """A picture from an address that is not kept. Raises BadInput, BadMedia, SourceLost, Overloaded, Unavailable."""
    picture = parts.trials.picture(address, transport)
    _audit_trial(parts, by, "camera", None)
    return picture


def import_cameras(parts: Services, work: Work, content: bytes, *, by: Principal, dry_run: bool) -> ImportOutcome:
    """Add the cameras of a list, and change those that there are already; all of them or none.

    Raises NothingImported, so that nothing of the unit of work is kept, for a dry run and where a line is refused;
    BadInput when the list cannot be read.
    """
    streams = streams_of(work.session)
    shown = {row.camera_id: {"main": row.main_shown, "sub": row.sub_shown} for row in streams.values()}
    read = read_camera_list(content, shown)
    outcome = _imported(parts, work, read, by)
    if dry_run or outcome.refused:
        raise NothingImported(outcome)
    names = [name for one in read.cameras for name in (one.camera.id, *one.camera.device_names)]
    replay(parts, work, by.scope, names)
    return outcome


def _imported(parts: Services, work: Work, read: CameraList, by: Principal) -> ImportOutcome:
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    refused = list(read.refused)
    for listed in read.cameras:
        try:
            with work.session.begin_nested():
                done[_import_one(parts, work, listed, by)].append(listed.camera.id)
        except VanagasError as error:
            refused.append(RefusedCameraLine(listed.line, error.told))
    refused.sort(key=lambda one: one.line)
    return ImportOutcome(tuple(done["added"]), tuple(done["changed"]), tuple(done["unchanged"]), tuple(refused))


def _import_one(parts: Services, work: Work, listed: ListedCamera, by: Principal) -> str:
    wanted = listed.camera
    known = work.session.get(CameraRow, wanted.id)
    if known is None or not visibility(by).shows(known):
        registry.add(work, wanted, cipher_of(parts), by=by, at=parts.clock.now())
        return "added"
    if known.city != wanted.city:
        raise BadInput(Message("cameras.other_town", camera=known.id, town=City(known.city).facts.name))
    said = {name: getattr(wanted, name) for name in listed.said - {"id", "city"}}
    told = len(work.changes)
    wish = CameraWish.model_validate(said)
    registry.change(work, known.id, wish, cipher_of(parts), by=by, at=parts.clock.now())
    return "changed" if len(work.changes) > told else "unchanged"


def exported(parts: Services, session: Session, by: Principal, *, semicolons: bool) -> str:
    """The cameras of the caller's towns that are used, as CSV; addresses as they may be shown."""
    return written_camera_list(service.listed(session, visibility(by)), streams_of(session), semicolons=semicolons)


def streams_of(session: Session, ids: Sequence[str] | None = None) -> dict[str, CameraStreamRow]:
    """What is kept of the streams of cameras, by id."""
    query = select(CameraStreamRow)
    if ids is not None:
        query = query.where(col(CameraStreamRow.camera_id).in_(ids))
    return {row.camera_id: row for row in session.exec(query)}


def record(camera: CameraRow, row: CameraStreamRow | None) -> dict[str, Any]:
    """A camera as those who keep the registry see it."""
    streams = None
    if row is not None:
        streams = {
            "main": row.main_shown,
            "sub": row.sub_shown,
            "transport": row.transport,
            "recorded": row.recorded,
        }
    return {
        **service.public(camera),
        "mast_m": camera.mast_m,
        "make": camera.make,
        "serial": camera.serial,
        "device_names": camera.device_names,
        "categories": camera.categories,
        "watches": camera.watches,
        "purpose": camera.purpose,
        "rules": camera.rules,
        "maintainer": camera.maintainer,
        "retired_at": iso_or_none(camera.retired_at),
        "streams": streams,
    }


def _audit_trial(parts: Services, by: Principal, subject: str, city: City | None) -> None:
    with parts.store.write() as work:
        detail = Message("audit.trial_picture")
        audit.record(work.session, by, "view", subject, city=city, at=parts.clock.now(), detail=detail)
