"""Which videos there are: those of the registry of cameras, and those of the settings' file. Opens none.

A fixed camera's streams belong into the registry; units' stay in the file. Where both name one id the registry counts,
and `named_twice` says so. Retired cameras have no video.
"""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from mapserver.core.settings import Settings
from mapserver.core.video_settings import VideoSettings
from telemetry.errors import Misconfigured
from vision.cameras.stream_cipher import StreamCipher, StreamPart
from vision.cameras.tables import DEFAULT_PURPOSE, CameraRow, CameraStreamRow


def videos(settings: Settings, session: Session) -> list[VideoSettings]:
    """All that can be read, those of the file first in its order, then the registry's by id."""
    kept = _kept(session)
    of_registry = [_video(settings, camera, row) for camera, row in kept]
    registered = {camera.id for camera, _ in kept}
    of_file = [video for video in settings.videos if video.name not in registered]
    return [*of_file, *(video for video in of_registry if video is not None)]


def video_of(settings: Settings, session: Session, name: str) -> VideoSettings | None:
    """The video of a unit or camera; None where there is none that can be read."""
    for camera, row in _kept(session, [name]):
        return _video(settings, camera, row)
    return next((video for video in settings.videos if video.name == name), None)


def purposes(settings: Settings, session: Session) -> dict[str, str]:
    """What each unit or camera watches for, by id; public safety where nothing is said."""
    of_cameras = dict(session.exec(select(CameraRow.id, CameraRow.purpose)).all())
    registered = {camera.id for camera, _ in _kept(session)}
    return of_cameras | {video.name: video.purpose for video in settings.videos if video.name not in registered}


def purpose_of(known: dict[str, str], source: str) -> str:
    """What `source` watches for by the `purposes` that are `known`."""
    return known.get(source, DEFAULT_PURPOSE)


def named_twice(settings: Settings, session: Session) -> list[str]:
    """Cameras whose streams both the registry and the settings' file name, by id."""
    in_file = {video.name for video in settings.videos}
    return [camera.id for camera, _ in _kept(session, in_file)]


def unreadable(settings: Settings, session: Session) -> list[str]:
    """Cameras whose address was encrypted with another key, or where there is no key, by id."""
    return [camera.id for camera, row in _kept(session) if _video(settings, camera, row) is None]


def address_of(settings: Settings, row: CameraStreamRow, part: StreamPart) -> str | None:
    """The address of one of the streams, None where there is none. Raises Misconfigured when it cannot be read."""
    kept: str | None = getattr(row, part)
    if kept is None:
        return None
    return StreamCipher(settings.key).decrypted(kept, row.camera_id, part)


def _kept(session: Session, names: Iterable[str] | None = None) -> list[tuple[CameraRow, CameraStreamRow]]:
    query = select(CameraRow, CameraStreamRow).join(
        CameraStreamRow, col(CameraStreamRow.camera_id) == col(CameraRow.id)
    )
    query = query.where(col(CameraRow.retired_at).is_(None)).order_by(col(CameraRow.id))
    if names is not None:
        query = query.where(col(CameraRow.id).in_(list(names)))
    return list(session.exec(query).all())


def _video(settings: Settings, camera: CameraRow, row: CameraStreamRow) -> VideoSettings | None:
    try:
        main = address_of(settings, row, StreamPart.MAIN)
        sub = address_of(settings, row, StreamPart.SUB)
    except Misconfigured:
        return None
    if main is None:
        return None
    return VideoSettings.model_validate(
        {
            "name": camera.id,
            "source": main,
            "sub_source": sub,
            "transport": row.transport,
            "rules": camera.rules,
            "purpose": camera.purpose,
            "recorded": row.recorded,
        }
    )
