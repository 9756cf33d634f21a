"""From frames to findings: gate, detector, tracker, rules. Opens no video and writes no file; time is the video's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import cv2

from telemetry.positions import Position
from vision.detector import Box, Detection, Detector
from vision.findings import Finding
from vision.frames import Frame, Image
from vision.gate import Motion, MotionGate
from vision.masks import NO_MASKS, Masks
from vision.plates import passing
from vision.plates.passing import Passed, PlateWatch
from vision.privacy import find_faces, hide_people
from vision.rules import DEFAULT_RULES, AnyRule, Firing, Scene, Watch
from vision.rules.shapes import foot
from vision.tracking import Track, Tracker

DETECT_FPS = 5.0
RECHECK_S = 10.0
"""While nothing moves, a picture is still looked at this often, for what stopped within it."""
HOLD_S = 1.0
"""After a movement the detector goes on looking for so long: an object counts when it was seen more than once."""
JPEG_QUALITY = 85


@dataclass
class Counters:
    """What the analysis did so far; written by it, read by whoever shows it."""

    frames: int = 0
    corrupt: int = 0
    """Frames left out since they were damaged."""
    gated: int = 0
    """Looked at by the gate only: nothing moved."""
    detections: int = 0
    """Pictures given to the detector."""
    findings: int = 0
    seconds: float = 0.0
    """How far into the video."""


@dataclass
class _Looked:
    """What is known of the picture at the moment."""

    tracker: Tracker = field(default_factory=Tracker)
    tracks: Sequence[Track] = ()
    detections: Sequence[Detection] = ()
    looked_at: Frame | None = None
    """The picture that `detections` are of."""


def analyse(
    frames: Iterable[Frame],
    *,
    camera_id: str,
    detector: Detector,
    rules: Sequence[AnyRule] = DEFAULT_RULES,
    epoch: str = "0",
    moving: bool = False,
    masks: Masks = NO_MASKS,
    place: Callable[[float, float], Position | None] | None = None,
    from_above: bool = False,
    plates: PlateWatch | None = None,
    detect_fps: float = DETECT_FPS,
    counters: Counters | None = None,
    progress: Callable[[Counters], None] | None = None,
    looked: Callable[[Frame, Sequence[Detection], Sequence[Track]], None] | None = None,
) -> Iterator[Finding]:
    """The findings in `frames`, each as soon as it is certain.

    `epoch` names this run of a source: a finding's `ref` is unique within camera and epoch, and the same frames with
    the same epoch give the same refs. At most `detect_fps` pictures a second of video are looked at; of a `moving`
    camera all of them, since none is like the one before. `place` tells where a point of the picture is on the ground,
    and findings are placed there: by the middle of their lower edge, or `from_above` by their middle. With `plates`
    (new for this run) number plates are read. `counters` is kept up to date, and `progress` called with it, at every
    frame. `looked` is called with each picture that was given to the detector, all that was found in it, and who is
    followed.
    Masks come first: gate and rules see neither privacy masks nor ignored areas, the detector no privacy masks, and
    what it finds in ignored areas is not followed, only made unrecognisable.
    """
    counters = counters or Counters()
    gate, scene = MotionGate(), _Looked()
    watches: list[Watch] = [rule.watch() for rule in rules]
    due = recheck = awake_until = 0.0
    last: Frame | None = None
    for frame in map(masks.over, frames):
        counters.frames += 1
        counters.seconds = frame.seconds
        if frame.corrupt:
            counters.corrupt += 1
        elif frame.seconds >= due - 1e-6:
            due = max(due + 1 / detect_fps, frame.seconds)
            luma = masks.blind(frame.luma)
            motion = Motion.MOVING if moving else gate.see(luma)
            if motion is not Motion.STILL:
                awake_until = frame.seconds + HOLD_S
            if awake_until < frame.seconds < recheck:
                counters.gated += 1
                scene.tracks = scene.tracker.hold(frame.seconds)
            else:
                recheck = frame.seconds + RECHECK_S
                counters.detections += 1
                _look(frame, scene, detector, masks, cut=motion is Motion.CUT)
                if looked is not None:
                    looked(frame, scene.detections, scene.tracks)
            seen = Scene(
                scene.tracks,
                frame.seconds,
                frame.picture.width,
                frame.picture.height,
                frame.at,
                luma,
                place,
            )
            firings = [firing for watch in watches for firing in watch.see(seen)]
            passed = [] if plates is None else list(plates.see(frame, scene.tracks))
            if firings or passed:
                _look_for_heads(frame, scene, detector, masks)
            found = [_finding(firing, frame, scene, camera_id=camera_id, epoch=epoch) for firing in firings]
            found += _plates(passed, frame, scene, camera_id=camera_id, epoch=epoch)
            for finding in found:
                counters.findings += 1
                yield replace(finding, position=_on_ground(finding, place, from_above=from_above))
            last = frame
        if progress is not None:
            progress(counters)
    if plates is not None and last is not None:
        _look_for_heads(last, scene, detector, masks)
        for finding in _plates(plates.rest(), last, scene, camera_id=camera_id, epoch=epoch):
            counters.findings += 1
            yield replace(finding, position=_on_ground(finding, place, from_above=from_above))


def _look(frame: Frame, scene: _Looked, detector: Detector, masks: Masks, *, cut: bool) -> None:
    """Detect and follow; after a cut nothing of before is followed on."""
    if cut:
        scene.tracker.forget()
    scene.looked_at = frame
    scene.detections = detector.detect(frame.image)
    width, height = frame.picture.width, frame.picture.height
    wanted = [one for one in scene.detections if not masks.ignores(foot(one.box, width, height))]
    scene.tracks = scene.tracker.update(wanted, frame.seconds)


def _look_for_heads(frame: Frame, scene: _Looked, detector: Detector, masks: Masks) -> None:
    """Before a snapshot, see where heads are now: what moved in an ignored area since the last look woke nobody."""
    if masks.ignored and scene.looked_at is not frame:
        scene.looked_at, scene.detections = frame, detector.detect(frame.image)


def _on_ground(
    finding: Finding, place: Callable[[float, float], Position | None] | None, *, from_above: bool
) -> Position | None:
    """Where what it is about stands; None for what is about the whole picture."""
    left, top, right, bottom = finding.box
    if place is None or finding.box == (0, 0, 1, 1):
        return None
    return place((left + right) / 2, (top + bottom) / 2 if from_above else min(bottom, 1.0))


def _finding(firing: Firing, frame: Frame, scene: _Looked, *, camera_id: str, epoch: str) -> Finding:
    track, rule, picture = firing.track, firing.rule, frame.picture
    whole = Box(0, 0, picture.width, picture.height)
    box = firing.box or (whole if track is None else track.box)
    about = {} if track is None else {"identity": f"{camera_id}/{epoch}/{track.id}"}
    return Finding(
        camera_id=camera_id,
        ref=f"{epoch}/{firing.key}/{rule.category}/{rule.name}",
        rule=rule.name,
        category=rule.category,
        label="picture" if track is None else track.label,
        at=frame.at - timedelta(seconds=firing.until_s - firing.since_s),
        ended=frame.at,
        confidence=round(firing.confidence, 3),
        box=(
            round(box.x1 / picture.width, 4),
            round(box.y1 / picture.height, 4),
            round(box.x2 / picture.width, 4),
            round(box.y2 / picture.height, 4),
        ),
        summary=firing.summary,
        attributes={"why": firing.why, "video_s": round(frame.seconds, 3), **about, **firing.attributes},
        snapshot=_snapshot(frame.image, box, [d.box for d in scene.detections if d.label == "person"]),
    )


def _plates(told: Iterable[Passed], frame: Frame, scene: _Looked, *, camera_id: str, epoch: str) -> Iterator[Finding]:
    persons = [d.box for d in scene.detections if d.label == "person"]
    for passed in told:
        snapshot = _snapshot(frame.image, passed.track.box, persons)
        yield passing.finding(passed, frame, camera_id=camera_id, epoch=epoch, snapshot=snapshot)


def _snapshot(image: Image, framed: Box, persons: Iterable[Box]) -> bytes:
    covered = hide_people(image, persons, find_faces(image))
    corners = [round(value) for value in framed]
    cv2.rectangle(covered, corners[:2], corners[2:], (0, 200, 255), 2)
    return bytes(cv2.imencode(".jpg", covered, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
