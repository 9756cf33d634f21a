"""Recorded video played without a clip: nobody can be told in it, and each look at it is in the audit trail."""

from collections.abc import Generator, Iterator
from datetime import datetime
from functools import cache
from itertools import chain
from pathlib import Path

from incidents.timeline import repository
from mapserver.camera_setups.flow import masks_over
from mapserver.core.services import Services
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.clock import iso
from telemetry.messages import Message
from vision.detection.detector import Detector, load_detector
from vision.models.catalogue import read_catalogue
from vision.plates.plate_finder import load_text_finder
from vision.recording.playback import Blur, Playable, open_footage, play


def play_footage(
    parts: Services, caller: Principal, camera_id: str, begins: datetime, ends: datetime, *, incident_id: str | None
) -> Iterator[bytes]:
    """Fragmented MP4 of what a camera recorded from `begins` to `ends` (UTC), made while it is watched.

    The look is written down before any of it leaves, with the incident that it was for. Raises what `open_footage`
    does, NotFound for an incident that the caller does not see, Overloaded when as many are played as may be.
    """
    why = None
    if incident_id is not None:
        with parts.store.read() as session:
            why = Message("audit.for_incident", incident=repository.get(session, incident_id, visibility(caller)).id)
    now = parts.clock.now()
    footage = open_footage(parts.recordings, camera_id, visibility(caller), begins, ends, now=now)
    sent = _sent(parts, footage, _blur(parts, camera_id, footage))
    first = next(sent)  # what cannot be played is refused before the answer begins
    try:
        _write_down(parts, caller, camera_id, footage, why)
    except BaseException:
        sent.close()
        raise
    return chain([first], sent)


def _sent(parts: Services, footage: Playable, blur: Blur) -> Generator[bytes, None, None]:
    parts.playback.begin()
    try:
        yield from play(footage, blur)
    finally:
        parts.playback.end()


def _blur(parts: Services, camera_id: str, footage: Playable) -> Blur:
    """What hides people in it: the same as in a clip of that time."""
    wanted = parts.settings.recording
    with parts.store.read() as session:
        masks = masks_over(session, camera_id, min(footage.since, footage.begins), footage.ends)
    writing = None
    if footage.purpose not in wanted.plates_shown_for:
        writing = load_text_finder()
    detector = _detector(parts.settings.model, parts.settings.models_file)
    return Blur(detector, masks, writing, wanted.clip_codec)


@cache
def _detector(model: str, models_file: Path | None) -> Detector:
    """Loaded once: any thread may ask it."""
    return load_detector(model, read_catalogue(models_file))


def _write_down(parts: Services, caller: Principal, camera_id: str, footage: Playable, why: Message | None) -> None:
    begins = iso(footage.begins)
    ends = iso(footage.ends)
    detail = Message("audit.period", begins=begins, ends=ends)
    if why is not None:
        detail = Message("audit.period_why", begins=begins, ends=ends, why=why)
    with parts.store.write() as work:
        now = parts.clock.now()
        audit.record(
            work.session, caller, "view", f"footage {camera_id}", city=footage.city, at=now, detail=detail
        )  # fmt: skip
