"""Adding, changing, retiring and removing fixed cameras; each is audited. Opens no stream.

No address of a stream is in an audit entry, a change of the live feed, or an error.
"""

from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, col, delete, select

from telemetry.access import Principal, require_city, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import BadInput, Conflict, Misconfigured
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.observations.tables import ObservationRow
from telemetry.store import Work
from telemetry.units.tables import UnitRow
from telemetry.visibility import Visibility
from vision.cameras import service
from vision.cameras.stream_cipher import StreamCipher, StreamPart, shown_address
from vision.cameras.tables import CameraRow, CameraStreamRow
from vision.cameras.values import STREAM_FIELDS, CameraWish, NewCamera, require_in_reach
from vision.setups.tables import SetupRow

SOURCE_KINDS = (SourceKind.FIXED_CAMERA, SourceKind.PLATE_READER)
"""As what a fixed camera's observations come."""


def add(work: Work, wanted: NewCamera, cipher: StreamCipher, *, by: Principal, at: datetime) -> CameraRow:
    """Add a camera, with its streams where they are said. Raises BadInput, Conflict, NotFound."""
    require_city(by, wanted.city, Message("access.things.camera_place"))
    require_in_reach(wanted.city, wanted.lat, wanted.lon)
    if work.session.get(CameraRow, wanted.id) is not None or work.session.get(UnitRow, wanted.id) is not None:
        raise Conflict(Message("cameras.camera_exists", camera=wanted.id))
    camera = CameraRow(**wanted.model_dump(exclude=set(STREAM_FIELDS)), scope=by.scope)
    work.session.add(camera)
    work.session.flush()
    if wanted.main is not None:
        streams = {name: getattr(wanted, name) for name in STREAM_FIELDS}
        _set_streams(work.session, camera, streams, cipher)
    elif wanted.sub is not None:
        raise BadInput(Message("cameras.sub_without_main"))
    _record(work, by, "register", camera, at=at)
    work.tell(service.change(camera))
    work.session.flush()
    return camera


def change(
    work: Work, camera_id: str, wish: CameraWish, cipher: StreamCipher, *, by: Principal, at: datetime
) -> CameraRow:
    """Say something else of a camera; a move is an entry of its own. What it told of before stays as it was.

    Raises BadInput, NotFound.
    """
    camera = service.get(work.session, camera_id, visibility(by))
    said = wish.said()
    stood = (camera.lat, camera.lon)
    place = (said.get("lat", camera.lat), said.get("lon", camera.lon))
    if place != stood:
        require_in_reach(City(camera.city), *place)
    changed = []
    for name in sorted(said.keys() - STREAM_FIELDS - {"retired"}):
        if getattr(camera, name) != said[name]:
            setattr(camera, name, said[name])
            changed.append(name)
    changed += _change_streams(work.session, camera, said, cipher)
    if place != stood:
        _record(work, by, "move", camera, at=at, detail=_moved(stood, place))
    others = [name for name in changed if name not in ("lat", "lon")]
    if others == ["name"]:
        _record(work, by, "rename", camera, at=at, detail=camera.name)
    elif others:
        _record(work, by, "change", camera, at=at, detail=", ".join(others))
    if said.get("retired") is True and camera.retired_at is None:
        camera.retired_at = at
        _record(work, by, "retire", camera, at=at)
        changed.append("retired")
    elif said.get("retired") is False and camera.retired_at is not None:
        camera.retired_at = None
        _record(work, by, "use_again", camera, at=at)
        changed.append("retired")
    if changed:
        work.session.add(camera)
        work.session.flush()
        work.tell(service.change(camera))
    return camera


def remove(work: Work, camera_id: str, *, by: Principal, at: datetime) -> None:
    """Take a camera out of the registry with its setup, while nothing that it told of is kept.

    Raises NotFound; Conflict where something is kept, so that it can only be retired.
    """
    camera = service.get(work.session, camera_id, visibility(by))
    if _has_spoken(work.session, camera):
        raise Conflict(Message("cameras.has_spoken", camera=camera.id))
    _record(work, by, "remove", camera, at=at)
    work.tell(service.gone(camera))
    work.session.exec(delete(SetupRow).where(col(SetupRow.camera_id) == camera.id))
    work.session.exec(delete(CameraStreamRow).where(col(CameraStreamRow.camera_id) == camera.id))
    work.session.delete(camera)
    work.session.flush()


def _change_streams(session: Session, camera: CameraRow, said: dict[str, Any], cipher: StreamCipher) -> list[str]:
    """The fields that changed."""
    wanted = {name: said[name] for name in STREAM_FIELDS & said.keys()}
    row = session.get(CameraStreamRow, camera.id)
    if row is None:
        if wanted.get("main") is None:
            if wanted.get("sub") is not None:
                raise BadInput(Message("cameras.sub_without_main"))
            return []
    elif "main" in wanted and wanted["main"] is None:
        session.delete(row)
        return ["main"]
    else:
        wanted = {name: value for name, value in wanted.items() if not _is_kept(row, name, value, cipher)}
    if wanted:
        _set_streams(session, camera, wanted, cipher)
    return sorted(wanted)


def _is_kept(row: CameraStreamRow, name: str, value: Any, cipher: StreamCipher) -> bool:
    """Whether the streams say that already."""
    kept = getattr(row, name)
    if not isinstance(value, SecretStr) or kept is None:
        return bool(kept == value)
    try:
        return cipher.decrypted(kept, row.camera_id, StreamPart(name)) == value.get_secret_value()
    except Misconfigured:  # encrypted with another key: it is entered anew
        return False


def _set_streams(session: Session, camera: CameraRow, said: dict[str, Any], cipher: StreamCipher) -> None:
    row = session.get(CameraStreamRow, camera.id) or CameraStreamRow(camera_id=camera.id, main="", main_shown="")
    for part in StreamPart:
        if part in said:
            address: SecretStr | None = said[part]
            kept = shown = None
            if address is not None:
                kept = cipher.encrypted(address.get_secret_value(), camera.id, part)
                shown = shown_address(address.get_secret_value())
            setattr(row, part, kept)
            setattr(row, f"{part}_shown", shown)
    row.transport = said.get("transport", row.transport)
    row.recorded = said.get("recorded", row.recorded)
    session.add(row)
    session.flush()


def _has_spoken(session: Session, camera: CameraRow) -> bool:
    in_any_scope = Visibility(frozenset({City(camera.city)}), None)
    of_camera = select(ObservationRow.id).where(
        in_any_scope.rows(ObservationRow),
        col(ObservationRow.source_kind).in_(SOURCE_KINDS),
        ObservationRow.source_id == camera.id,
    )
    return session.exec(of_camera.limit(1)).first() is not None


def _moved(before: tuple[float, float], now: tuple[float, float]) -> Message:
    return Message("audit.moved", from_lat=before[0], from_lon=before[1], lat=now[0], lon=now[1])


def _record(
    work: Work, by: Principal, action: str, camera: CameraRow, *, at: datetime, detail: Message | str = ""
) -> None:
    audit.record(work.session, by, action, f"camera {camera.id}", city=City(camera.city), at=at, detail=detail)
