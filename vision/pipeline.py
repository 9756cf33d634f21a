"""From frames to findings: gate, detector, tracker, rules. Opens no video and writes no file; time is the video's."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from vision.rules import DEFAULT_RULES, AnyRule, Counting, Firing, Scene, Watch
from vision.rules.shapes import foot
from vision.tracking import Track, Tracker

DETECT_FPS = 5.0
RECHECK_S = 10.0
"""While nothing moves, a picture is still looked at this often, for what stopped within it."""
HOLD_S = 1.0
"""After a movement the detector goes on looking for so long: an object counts when it was seen more than once."""
JPEG_QUALITY = 85
DAMAGED_TRUST = 0.9
"""Of a score in a picture that was damaged on its way, parts of it guessed by the decoder: so much of it is left."""


@dataclass
class Counters:
    """What the analysis did so far; written by it, read by whoever shows it."""

    frames: int = 0
    corrupt: int = 0
    """Frames that were damaged: looked at with less trust."""
    gated: int = 0
    """Looked at by the gate only: nothing moved."""
    detections: int = 0
    """Pictures given to the detector."""
    findings: int = 0
    seconds: float = 0.0
    """How far into the video."""


@dataclass(frozen=True)
class Picked:
    """A picture that the analysis goes on with."""

    frame: Frame
    luma: Image
    """Its brightness as the gate saw it, masks and ignored areas blinded."""
    look: bool
    """It is for the detector; else nothing moves in it, and only rules see it."""
    cut: bool
    """It shows another scene than the picture before: nothing of before is followed on."""


class Sieve:
    """Which pictures of one run are worth a look: cheap enough to be asked about each. Give them in order of time."""

    def __init__(
        self, *, masks: Masks = NO_MASKS, moving: bool = False, detect_fps: float = DETECT_FPS, counters: Counters
    ) -> None:
        """`moving`: of a moving camera every picture is, since none is like the one before."""
        self._masks, self._moving, self._period, self._counters = masks, moving, 1 / detect_fps, counters
        self._gate = MotionGate()
        self._due = self._recheck = self._awake_until = 0.0
        self._looks = False
        """Whether the last picture that was picked is for the detector."""

    def pick(self, decoded: Frame) -> Picked | None:
        """The picture, masks put over it; None when it comes sooner than pictures are looked at."""
        frame, counters = self._masks.over(decoded), self._counters
        counters.frames += 1
        counters.seconds = frame.seconds
        counters.corrupt += frame.corrupt
        if frame.seconds < self._due - 1e-6:
            return None
        self._due = max(self._due + self._period, frame.seconds)
        luma = self._masks.blind(frame.luma)
        motion = Motion.MOVING if self._moving else self._gate.see(luma)
        if motion is not Motion.STILL:
            self._awake_until = frame.seconds + HOLD_S
        self._looks = look = not self._awake_until < frame.seconds < self._recheck
        if look:
            self._recheck = frame.seconds + RECHECK_S
        else:
            counters.gated += 1
        return Picked(frame, luma, look, motion is Motion.CUT)

    def renew(self, waiting: Picked, decoded: Frame) -> Picked:
        """What waits for a look, with a picture in it that came since: it shows the same movement, further on."""
        worse = decoded.corrupt and not waiting.frame.corrupt
        if worse or not (waiting.look and self._looks):
            return waiting
        frame = self._masks.over(decoded)
        return replace(waiting, frame=frame, luma=self._masks.blind(frame.luma))


class Shown:
    """A picture in which something was found, nobody recognisable in it; heads are looked for when it is asked for."""

    def __init__(self, frame: Frame, persons: Sequence[Box]) -> None:
        self._frame, self._persons = frame, persons
        self._covered: Image | None = None
        self._covering = threading.Lock()

    def covered(self) -> Image:
        """Not to be written into: several findings may show it."""
        with self._covering:
            if self._covered is None:
                image = self._frame.image
                self._covered = hide_people(image, self._persons, find_faces(image))
            return self._covered


@dataclass(frozen=True)
class Sketch:
    """A finding that still lacks its picture. To look for heads takes longer than to look for things, so that is left
    for when there is time: nothing that is seen later changes it."""

    finding: Finding
    shown: Shown
    framed: Box
    """What is framed in it, pixels."""

    def finish(self) -> Finding:
        """With its picture, nobody recognisable in it."""
        image, corners = self.shown.covered().copy(), [round(value) for value in self.framed]
        cv2.rectangle(image, corners[:2], corners[2:], (0, 200, 255), 2)
        snapshot = bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
        return replace(self.finding, snapshot=snapshot)


class Analysis:
    """One run of one camera: what is followed in it, and what its rules say. Give it picked pictures in order."""

    def __init__(
        self,
        camera_id: str,
        *,
        detector: Detector,
        rules: Sequence[AnyRule] = DEFAULT_RULES,
        epoch: str = "0",
        masks: Masks = NO_MASKS,
        place: Callable[[float, float], Position | None] | None = None,
        from_above: bool = False,
        plates: PlateWatch | None = None,
        counters: Counters | None = None,
        looked: Callable[[Frame, Sequence[Detection], Sequence[Track]], None] | None = None,
    ) -> None:
        """See `analyse`."""
        self._camera_id, self._epoch = camera_id, epoch
        self._detector, self._masks, self._plates = detector, masks, plates
        self._place, self._from_above = place, from_above
        self._counters = counters or Counters()
        self._told_of_look = looked
        self._watches: list[Watch] = [rule.watch() for rule in rules]
        self._tracker = Tracker()
        self._tracks: Sequence[Track] = ()
        self._detections: Sequence[Detection] = ()
        self._looked_at: Frame | None = None
        """The picture that the detections are of."""
        self._last: tuple[Frame, Scene] | None = None

    def see(self, picked: Picked) -> Iterator[Sketch]:
        """What is certain with this picture."""
        frame = picked.frame
        if picked.look:
            self._look(frame, cut=picked.cut)
        else:
            self._tracks = self._tracker.hold(frame.seconds)
        width, height = frame.picture.width, frame.picture.height
        luma = None if frame.corrupt else picked.luma  # what is guessed in it says nothing about the camera itself
        scene = Scene(self._tracks, frame.seconds, width, height, frame.at, luma, self._place)
        firings = [firing for watch in self._watches for firing in watch.see(scene)]
        passed = [] if self._plates is None else list(self._plates.see(frame, self._tracks))
        self._last = frame, scene
        yield from self._tell(firings, passed, frame)

    def rest(self) -> Iterator[Sketch]:
        """What is still to be said when the run is at its end: numbers counted, plates of vehicles still there."""
        if self._last is None:
            return
        frame, scene = self._last
        firings = [told for watch in self._watches if isinstance(watch, Counting) for told in watch.rest(scene)]
        yield from self._tell(firings, [] if self._plates is None else list(self._plates.rest()), frame)

    def _look(self, frame: Frame, *, cut: bool) -> None:
        """Detect and follow; after a cut nothing of before is followed on."""
        self._counters.detections += 1
        if cut:
            self._tracker.forget()
        self._detect(frame)
        width, height = frame.picture.width, frame.picture.height
        wanted = [one for one in self._detections if not self._masks.ignores(foot(one.box, width, height))]
        self._tracks = self._tracker.update(wanted, frame.seconds)
        if self._told_of_look is not None:
            self._told_of_look(frame, self._detections, self._tracks)

    def _detect(self, frame: Frame) -> None:
        seen = self._detector.detect(frame.image)
        if frame.corrupt:
            seen = [replace(one, score=one.score * DAMAGED_TRUST) for one in seen]
        self._looked_at, self._detections = frame, seen

    def _tell(self, firings: Sequence[Firing], passed: Sequence[Passed], frame: Frame) -> Iterator[Sketch]:
        if not firings and not passed:
            return
        if self._masks.ignored and self._looked_at is not frame:
            # Heads are where they are now: what moved in an ignored area since the last look woke nobody.
            self._detect(frame)
        shown = Shown(frame, [one.box for one in self._detections if one.label == "person"])
        name = {"camera_id": self._camera_id, "epoch": self._epoch}
        told = [(_framed(firing, frame), _finding(firing, frame, **name)) for firing in firings]
        told += [(one.track.box, passing.finding(one, frame, **name)) for one in passed]
        for framed, finding in told:
            self._counters.findings += 1
            placed = replace(finding, position=_on_ground(finding, self._place, from_above=self._from_above))
            yield Sketch(placed, shown, framed)


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
    camera all of them. `place` tells where a point of the picture is on the ground, and findings are placed there: by
    the middle of their lower edge, or `from_above` by their middle. With `plates` (new for this run) number plates are
    read. `counters` is kept up to date, and `progress` called with it, at every frame. `looked` is called with each
    picture that was given to the detector, all that was found in it, and who is followed.
    Masks come first: gate and rules see neither privacy masks nor ignored areas, the detector no privacy masks, and
    what it finds in ignored areas is not followed, only made unrecognisable.
    """
    counters = counters or Counters()
    sieve = Sieve(masks=masks, moving=moving, detect_fps=detect_fps, counters=counters)
    analysis = Analysis(
        camera_id, detector=detector, rules=rules, epoch=epoch, masks=masks, place=place, from_above=from_above,
        plates=plates, counters=counters, looked=looked,
    )  # fmt: skip
    for frame in frames:
        if (picked := sieve.pick(frame)) is not None:
            yield from map(Sketch.finish, analysis.see(picked))
        if progress is not None:
            progress(counters)
    yield from map(Sketch.finish, analysis.rest())


def _on_ground(
    finding: Finding, place: Callable[[float, float], Position | None] | None, *, from_above: bool
) -> Position | None:
    """Where what it is about stands; None for what is about the whole picture."""
    left, top, right, bottom = finding.box
    if place is None or finding.box == (0, 0, 1, 1):
        return None
    return place((left + right) / 2, (top + bottom) / 2 if from_above else min(bottom, 1.0))


def _finding(firing: Firing, frame: Frame, *, camera_id: str, epoch: str) -> Finding:
    track, rule, picture = firing.track, firing.rule, frame.picture
    box = _framed(firing, frame)
    about: dict[str, str | float] = {}
    if frame.corrupt:
        about["damaged"] = True
    if track is not None:
        about |= {"identity": f"{camera_id}/{epoch}/{track.id}", "followed_s": round(track.age, 3)}
        about |= {"seen_in": track.hits, "missed_in": track.missed}
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
        quiet_s=rule.quiet_s,
    )


def _framed(firing: Firing, frame: Frame) -> Box:
    whole = Box(0, 0, frame.picture.width, frame.picture.height)
    return firing.box or (whole if firing.track is None else firing.track.box)
