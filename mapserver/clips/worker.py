"""The clip desk: makes the blurred clips that were ordered, one after the other, and says how far it is.

What is half made when the server ends is made again when it starts.
"""

import hashlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

from mapserver.camera_setups.flow import masks_over
from mapserver.core.services import Services
from telemetry.errors import StoreUnavailable, VanagasError
from telemetry.failures import FailureLog
from telemetry.messages import Message
from telemetry.store import STORE_ERRORS, Change
from telemetry.supervision import ThreadHeartbeat
from telemetry.visibility import Visibility
from vision.detection.detector import Detector, load_detector
from vision.models.catalogue import FACE_MODEL, read_catalogue
from vision.plates.plate_finder import load_text_finder
from vision.recording import clip_orders
from vision.recording.blurring import LOOKS_PER_S, blur_clip
from vision.recording.clips import Piece, blurred_manifest, cut_clip
from vision.recording.spans import RecordedSpan, spans
from vision.recording.tables import ClipRow, ClipState
from vision.rules.shapes import Point

log = logging.getLogger(__name__)

TOLD_EVERY = 0.02
"""So much more must be done before viewers hear of it again."""
LOOK_S = 10.0
NICE = 10
"""Of the desk's thread: what is watched live goes first."""


class _Ended(Exception):
    """The clip at hand is wanted no more, or the server ends."""


class ClipDesk:
    """One thread, one clip at a time; a camera's are made by one server at a time. Hears of orders and cancellations
    from the store.

    While the disk or the database takes nothing, the clip at hand is tried again: it does not fail for that.
    """

    def __init__(self, parts: Services, *, retry_s: float = 30.0, look_s: float = LOOK_S) -> None:
        """`retry_s`: how long to wait before a clip that could not be kept is made again; `look_s`: how often it is
        looked for clips that another server left half made."""
        self._parts = parts
        self._retry_s = retry_s
        self._look_s = look_s
        self._keeping = FailureLog("clips cannot be kept")
        self._wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._progress: dict[str, float] = {}
        self._cancelled: set[str] = set()
        self._ending = threading.Event()
        self._detector: Detector | None = None
        self._worker = parts.workers.thread("clips", self._run, wake=self._wake)
        self._stop_listening: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin, with what waits since before."""
        self._stop_listening = self._parts.store.listen(self._hear)
        self._ending.clear()
        self._worker.start()

    def stop(self) -> None:
        """End; a clip that is half made is begun anew at the next start."""
        self._stop_listening()
        self._worker.stop()

    def _wake(self) -> None:
        self._ending.set()
        self._wanted.put(None)

    def progress(self) -> dict[str, float]:
        """How much of the clip at hand is done, 0..1, by its id."""
        return dict(self._progress)

    def _hear(self, changes: Sequence[Change]) -> None:
        for change in changes:
            state = (change.data or {}).get("state") if change.kind == clip_orders.KIND else None
            if state == ClipState.WAITING:
                self._wanted.put(change.id)
            elif state == ClipState.CANCELLED:
                self._cancelled.add(change.id)

    def _run(self, heartbeat: ThreadHeartbeat) -> None:
        with suppress(OSError):  # Linux alone has priorities of threads
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._take_up_waiting() and not self._ending.wait(self._retry_s):
            pass
        while True:
            try:
                clip_id = self._wanted.get(timeout=self._look_s)
            except queue.Empty:
                self._take_over()
                heartbeat.worked()
                continue
            if clip_id is None:
                return
            while not self._settle(clip_id) and not self._ending.wait(self._retry_s):
                pass
            heartbeat.worked()

    def _take_up_waiting(self) -> bool:
        """Find what was ordered before; False while the database does not answer."""
        try:
            with self._parts.store.read() as session:
                for clip in clip_orders.waiting(session):
                    self._wanted.put(clip.id)
        except StoreUnavailable as error:
            self._keeping.failed(error)
            return False
        return True

    def _take_over(self) -> None:
        """Find what nobody makes though its recordings are here: its server is gone."""
        try:
            with self._parts.store.read() as session:
                waiting = clip_orders.waiting(session)
        except StoreUnavailable as error:
            self._keeping.failed(error)
            return
        for clip in waiting:
            if spans(self._parts.recordings, clip.camera_id, Visibility.of(clip), clip.begins, clip.ends):
                self._wanted.put(clip.id)

    def _settle(self, clip_id: str) -> bool:
        """Make a clip, or note why it never will be; False while neither can be kept."""
        try:
            self._make_or_fail(clip_id)
        except _Ended:
            log.info("the clip %s is not made on", clip_id)
        except STORE_ERRORS as error:
            self._keeping.failed(error)
            return False
        finally:
            self._progress.pop(clip_id, None)
        self._keeping.worked()
        self._cancelled.discard(clip_id)
        return True

    def _make_or_fail(self, clip_id: str) -> None:
        try:
            self._make(clip_id)
        except (_Ended, StoreUnavailable):
            raise
        except VanagasError as error:
            self._fail(clip_id, error.message)
        except Exception:  # one clip's trouble must not end the others
            log.exception("the clip %s could not be made", clip_id)
            self._fail(clip_id, str(Message("clips.server_failed")))

    def _make(self, clip_id: str) -> None:
        with self._parts.store.read() as session:
            clip = session.get(ClipRow, clip_id)
        if clip is None or clip.state != ClipState.WAITING:
            return
        lease = f"clips:{clip.camera_id}"
        if not self._parts.leases.is_own(lease):
            return
        try:
            self._advance(clip, 0.0)
            manifest = self._blurred(clip)
            with self._parts.store.write() as work:
                clip = work.session.get_one(ClipRow, clip_id)
                if clip.state == ClipState.WAITING:
                    clip_orders.finish(work, clip, manifest)
        finally:
            self._parts.leases.give_back([lease])

    def _blurred(self, clip: ClipRow) -> dict[str, Any]:
        """Cut the original in memory, part by part, and keep nothing but blurred copies; their manifest."""
        parts = self._parts
        wanted = parts.settings.recording
        masked: dict[tuple[Point, ...], None] = {}
        visible = Visibility.of(clip)
        there = spans(parts.recordings, clip.camera_id, visible, clip.begins, clip.ends)
        copies: list[tuple[str, int]] = []
        hidden: list[bool] = []

        def blur(content: bytes, piece: Piece) -> str:
            """Its copy is kept, the original is not."""
            times = min(clip.begins, piece.begins), max(clip.ends, piece.ends)
            with parts.store.read() as session:
                masks = masks_over(session, clip.camera_id, *times)
            shows_plates = piece.purpose in wanted.plates_shown_for
            copy = blur_clip(
                content,
                detector=self._loaded_detector(),
                masks=masks,
                codec=wanted.clip_codec,
                writing=None if shows_plates else load_text_finder(),
                progress=partial(self._advance_piece, clip, piece, there),
            )
            copies.append((parts.media.put(copy), len(copy)))
            hidden.append(not shows_plates)
            masked.update(dict.fromkeys(masks.privacy))
            return hashlib.sha256(content).hexdigest()

        manifest = cut_clip(parts.recordings, clip.camera_id, visible, clip.begins, clip.ends, keep=blur)
        how = {
            "found_by": [parts.settings.model, FACE_MODEL],
            "looks_per_s": LOOKS_PER_S,
            "plates_hidden": all(hidden),
            "privacy_masks": len(masked),
            "masked": list(masked),
        }
        return blurred_manifest(manifest, copies, how)

    def _loaded_detector(self) -> Detector:
        if self._detector is None:
            settings = self._parts.settings
            self._detector = load_detector(settings.model, read_catalogue(settings.models_file))
        return self._detector

    def _advance_piece(self, clip: ClipRow, piece: Piece, there: Sequence[RecordedSpan], done: float) -> None:
        """So much of one of its files is done; files are made in order of time."""
        reached = piece.begins + (piece.ends - piece.begins) * done
        whole = sum((span.ends - span.begins for span in there), timedelta())
        before = sum((max(timedelta(), min(span.ends, reached) - span.begins) for span in there), timedelta())
        self._advance(clip, before / whole if whole else done)

    def _advance(self, clip: ClipRow, done: float) -> None:
        """Note how far it is. Raises _Ended when it need not go on."""
        if self._ending.is_set() or clip.id in self._cancelled:
            raise _Ended
        before = self._progress.get(clip.id)
        if before is None or done - before >= TOLD_EVERY:
            self._progress[clip.id] = done
            self._parts.store.announce(clip_orders.news(clip, done))

    def _fail(self, clip_id: str, problem: str) -> None:
        with self._parts.store.write() as work:
            clip = work.session.get_one(ClipRow, clip_id)
            if clip.state == ClipState.WAITING:
                clip_orders.fail(work, clip, problem)
