"""From frames to findings: gate, detector, tracker, rules. Opens no video and writes no file; time is the video's."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from functools import partial

from telemetry.positions import Position
from vision.detection.detector import Box, Detection, Detector
from vision.detection.region_detection import detect
from vision.detection.region_planner import WHOLE_EVERY_S, WHOLE_ONLY, RegionChoice, RegionPlanner
from vision.detection.tracking import ObjectTrack, Tracker
from vision.findings import WHY, WHY_MESSAGE, Finding
from vision.frames.decoder import Frame
from vision.pipeline.counters import Counters
from vision.pipeline.frame_selection import DETECT_FPS, FrameSelector, SelectedFrame
from vision.pipeline.pending_findings import PendingFinding, RedactedFrame
from vision.plates import vehicle_plates
from vision.plates.vehicle_plates import PlatePassage, VehiclePlates
from vision.privacy.masks import NO_MASKS, Masks
from vision.rules import DEFAULT_RULES, AnyRule, Counting, Firing, RuleWatch, Scene
from vision.rules.shapes import foot

DAMAGED_TRUST = 0.9
"""Of a score in a picture that was damaged on its way, parts of it guessed by the decoder: so much of it is left."""


class Analysis:
    """One run of one camera: what is followed in it, and what its rules say. Give it selected pictures in order."""

    def __init__(
        self,
        camera_id: str,
        *,
        detector: Detector,
        rules: Sequence[AnyRule] = DEFAULT_RULES,
        epoch: str = "0",
        masks: Masks = NO_MASKS,
        place: Callable[[float, float], Position | None] | None = None,
        zone: tzinfo | None = None,
        from_above: bool = False,
        plates: VehiclePlates | None = None,
        counters: Counters | None = None,
        whole_every_s: float = WHOLE_EVERY_S,
        looked: Callable[[Frame, Sequence[Detection], Sequence[ObjectTrack]], None] | None = None,
    ) -> None:
        """See `analyse`. `looked` is called for looks at the whole picture only, which `whole_every_s` spaces: who
        shows a picture has to know of every head in it."""
        self._camera_id = camera_id
        self._epoch = epoch
        self._detector = detector
        self._planner = RegionPlanner(detector.input_side, whole_every_s=whole_every_s)
        self._masks = masks
        self._plates = plates
        self._place = place
        self._zone = zone
        self._from_above = from_above
        self._counters = counters or Counters()
        self._told_of_look = looked
        self._watches: list[RuleWatch] = [rule.watch() for rule in rules]
        self._tracker = Tracker()
        self._tracks: Sequence[ObjectTrack] = ()
        self._detections: Sequence[Detection] = ()
        self._looked_at: Frame | None = None
        """The picture that the detections are of."""
        self._look = WHOLE_ONLY
        """What of it was looked at."""
        self._last: tuple[Frame, Scene] | None = None

    def see(self, selected: SelectedFrame) -> Iterator[PendingFinding]:
        """What is certain with this picture."""
        frame = selected.frame
        if selected.look:
            self._look_at(selected)
        else:
            self._tracks = self._tracker.hold(frame.seconds)
        width = frame.picture.width
        height = frame.picture.height
        scene = Scene(
            self._tracks, frame.seconds, width, height, frame.at, selected.scene_luma, self._place, self._zone
        )
        firings = [firing for watch in self._watches for firing in watch.see(scene)]
        passed = [] if self._plates is None else list(self._plates.see(frame, self._tracks))
        self._last = frame, scene
        yield from self._tell(firings, passed, frame)

    def rest(self) -> Iterator[PendingFinding]:
        """What is still to be said when the run is at its end: numbers counted, plates of vehicles still there."""
        if self._last is None:
            return
        frame, scene = self._last
        firings = [told for watch in self._watches if isinstance(watch, Counting) for told in watch.rest(scene)]
        yield from self._tell(firings, [] if self._plates is None else list(self._plates.rest()), frame)

    def _look_at(self, selected: SelectedFrame) -> None:
        """Detect and follow; after a cut nothing of before is followed on."""
        frame = selected.frame
        width = frame.picture.width
        height = frame.picture.height
        self._counters.detections += 1
        if selected.cut:
            self._tracker.forget()
        followed = [track.box for track in self._tracks if not selected.cut]
        look = self._planner.plan(
            selected.moving, followed, frame.seconds, width=width, height=height, cut=selected.cut
        )
        self._detect(frame, look)
        wanted = [one for one in self._detections if not self._masks.ignores(foot(one.box, width, height))]
        shown: Callable[[Box], bool] | None = None
        if look is not WHOLE_ONLY:
            shown = partial(look.shows, width=width, height=height)
        self._tracks = self._tracker.update(wanted, frame.seconds, shown=shown)
        if look.whole and self._told_of_look is not None:
            self._told_of_look(frame, self._detections, self._tracks)

    def _detect(self, frame: Frame, look: RegionChoice) -> None:
        seen = detect(self._detector, frame.image, look)
        self._counters.network_runs += look.runs
        if frame.corrupt:
            seen = [replace(one, score=one.score * DAMAGED_TRUST) for one in seen]
        self._looked_at = frame
        self._look = look
        self._detections = seen

    def _tell(
        self, firings: Sequence[Firing], passed: Sequence[PlatePassage], frame: Frame
    ) -> Iterator[PendingFinding]:
        if not firings and not passed:
            return
        # Heads are where they are now: what moved in an ignored area since the last look woke nobody, and a look at
        # parts of the picture knows of no heads elsewhere.
        is_old = bool(self._masks.ignored) and self._looked_at is not frame
        if is_old or not self._look.whole:
            self._detect(frame, replace(self._look, whole=True))
        persons = [one.box for one in self._detections if one.label == "person"]
        persons += [one.box for one in self._tracks if one.label == "person"]
        shown = RedactedFrame(frame, persons)
        name = {"camera_id": self._camera_id, "epoch": self._epoch}
        told = [(_framed(firing, frame), _finding(firing, frame, **name)) for firing in firings]
        told += [(one.track.box, vehicle_plates.finding(one, frame, **name)) for one in passed]
        for framed, finding in told:
            self._counters.findings += 1
            placed = replace(finding, position=_on_ground(finding, self._place, from_above=self._from_above))
            yield PendingFinding(placed, shown, framed)


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
    zone: tzinfo | None = None,
    from_above: bool = False,
    plates: VehiclePlates | None = None,
    detect_fps: float = DETECT_FPS,
    counters: Counters | None = None,
    progress: Callable[[Counters], None] | None = None,
    looked: Callable[[Frame, Sequence[Detection], Sequence[ObjectTrack]], None] | None = None,
) -> Iterator[Finding]:
    """The findings in `frames`, each as soon as it is certain.

    `epoch` names this run of a source: a finding's `ref` is unique within camera and epoch, and the same frames with
    the same epoch give the same refs. At most `detect_fps` pictures a second of video are looked at; of a `moving`
    camera all of them. `place` tells where a point of the picture is on the ground, and findings are placed there: by
    the middle of their lower edge, or `from_above` by their middle. Hours of rules go by the clock of `zone`, or of
    this machine. With `plates` (new for this run) number plates are read. `counters` is kept up to date, and `progress`
    called with it, at every frame. `looked` is called with each picture that was given to the detector, all that was
    found in it, and who is followed. A wide picture is looked at in parts too, and here always as a whole as well.
    Masks come first: gate and rules see neither privacy masks nor ignored areas, the detector no privacy masks, and
    what it finds in ignored areas is not followed, only made unrecognisable.
    """
    counters = counters or Counters()
    selector = FrameSelector(masks=masks, moving=moving, detect_fps=detect_fps, counters=counters)
    analysis = Analysis(
        camera_id, detector=detector, rules=rules, epoch=epoch, masks=masks, place=place, zone=zone,
        from_above=from_above, plates=plates, counters=counters, whole_every_s=0, looked=looked,
    )  # fmt: skip
    for frame in frames:
        if (selected := selector.select(frame)) is not None:
            yield from map(PendingFinding.finish, analysis.see(selected))
        if progress is not None:
            progress(counters)
    yield from map(PendingFinding.finish, analysis.rest())


def _on_ground(
    finding: Finding, place: Callable[[float, float], Position | None] | None, *, from_above: bool
) -> Position | None:
    """Where what it is about stands; None for what is about the whole picture."""
    left, top, right, bottom = finding.box
    if place is None or finding.box == (0, 0, 1, 1):
        return None
    return place((left + right) / 2, (top + bottom) / 2 if from_above else min(bottom, 1.0))


def _finding(firing: Firing, frame: Frame, *, camera_id: str, epoch: str) -> Finding:
    track = firing.track
    rule = firing.rule
    picture = frame.picture
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
        attributes={
            WHY: str(firing.why),
            WHY_MESSAGE: firing.why.to_json(),
            "video_s": round(frame.seconds, 3),
            **about,
            **firing.attributes,
        },
        quiet_s=rule.quiet_s,
    )


def _framed(firing: Firing, frame: Frame) -> Box:
    whole = Box(0, 0, frame.picture.width, frame.picture.height)
    return firing.box or (whole if firing.track is None else firing.track.box)
