"""Analyses one video file or stream into a file of observations. Needs no server and no database."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from telemetry.cities import City
from telemetry.clock import Clock, SystemClock, iso
from telemetry.errors import BadInput, SourceLost
from telemetry.messages import Message
from telemetry.observations import Media, SourceKind
from telemetry.positions import Position
from telemetry.scopes import LIVE
from vision.aerial.detector import AerialDetector
from vision.detection.detector import Box, OnnxDetector
from vision.feeds.address import is_address
from vision.findings import Finding, to_observation
from vision.frames.decoder import Frame, Video, open_video
from vision.ground.recorded import RecordedFlight
from vision.models.catalogue import ModelEntry
from vision.pipeline.analysis import analyse
from vision.pipeline.annotated_video import AnnotatedVideo
from vision.pipeline.counters import Counters
from vision.plates.vehicle_plates import load_plate_watch
from vision.rules import DEFAULT_RULES, AnyRule, check_classes

Progress = Callable[[Counters, int | None], None]
"""Called at every frame with the counters and how many frames are expected, if that is known."""


@dataclass(frozen=True)
class AnalysisOutcome:
    """How an analysis ended."""

    counters: Counters
    fault: Message | None
    """What was wrong with the video though it could be analysed, in a sentence."""


def analyse_file(
    source: str | Path,
    out_path: Path,
    *,
    camera: str,
    city: City,
    model: ModelEntry,
    rules: Sequence[AnyRule] = DEFAULT_RULES,
    kind: SourceKind = SourceKind.FIXED_CAMERA,
    position: Position | None = None,
    flight: RecordedFlight | None = None,
    above: bool = False,
    plates: bool = False,
    started_at: datetime | None = None,
    snapshots_dir: Path | None = None,
    annotated_path: Path | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> AnalysisOutcome:
    """Write what is found in `source` to `out_path`, one Observation a line, and its pictures to `snapshots_dir`.

    `annotated_path`: a video (MP4) of the pictures that were looked at, with what was seen drawn in. Nothing appears
    until the whole is done. Pictures are named by their SHA-256, as `media` in the lines names them. A stream is
    analysed until it ends. What `flight` can place on the ground is placed there, the rest is at `position`; with
    `above`, things are found by their motion and size on the ground as `flight` tells it, not by the model.
    With `plates` the number plates of vehicles are read and written as they are read: they are personal data.
    `started_at`: see open_video. Raises BadMedia, SourceLost, BadInput (rules, places to write to) and Misconfigured
    (the model's file).
    """
    check_classes(rules, model.classes)
    _check_writable(out_path, snapshots_dir, annotated_path)
    counters = Counters()
    with (
        open_video(source, started_at=started_at) as video,
        tempfile.TemporaryDirectory(prefix=".vanagas-", dir=out_path.parent) as folder,
        ExitStack() as stack,
    ):
        detector = _from_above(flight, video.aspect) if above and flight is not None else OnnxDetector(model)
        frames = _until_lost(video)
        epoch = video_identity(source, clock or SystemClock())
        lines, pictures, drawn_in = (Path(folder) / name for name in ("findings.jsonl", "pictures", "annotated.mp4"))
        annotated = None
        if annotated_path is not None:
            annotated = stack.enter_context(AnnotatedVideo(drawn_in, rules))
        found = analyse(
            detector.watch(frames) if isinstance(detector, AerialDetector) else frames,
            camera_id=camera,
            detector=detector,
            rules=rules,
            epoch=epoch,
            moving=flight is not None,
            zone=city.facts.zone,
            plates=load_plate_watch() if plates else None,
            counters=counters,
            progress=progress and (lambda counted: progress(counted, video.expected_frames)),
            looked=None if annotated is None else annotated.show,
        )
        pictures.mkdir()
        with lines.open("w", encoding="utf-8") as file:
            for finding in found:
                if annotated is not None:
                    annotated.tell(finding)
                media = () if snapshots_dir is None else (_keep(finding, pictures),)
                place = position
                if flight is not None:
                    place = _placed(finding, flight, video.aspect) or position
                observation = to_observation(finding, city=city, scope=LIVE, kind=kind, position=place, media=media)
                file.write(observation.model_dump_json(exclude_none=True) + "\n")
        stack.close()
        if annotated_path is not None:
            shutil.move(drawn_in, annotated_path)
        if snapshots_dir is not None:
            snapshots_dir.mkdir(parents=True, exist_ok=True)
            for picture in pictures.iterdir():
                shutil.move(picture, snapshots_dir / picture.name)
        lines.replace(out_path)
        told = [said for said in (video.fault, video.note) if said is not None]
        return AnalysisOutcome(counters, _joined(told))


def _joined(told: Sequence[Message]) -> Message | None:
    if not told:
        return None
    if len(told) == 1:
        return told[0]
    return Message("feeds.both", one=told[0], other=told[1])


def video_identity(source: str | Path, clock: Clock) -> str:
    """A name for the run: for a file from its content, so that a second run finds the same; for a stream the time."""
    if is_address(source):
        return iso(clock.now())
    with Path(source).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _until_lost(video: Video) -> Iterator[Frame]:
    """Its frames; a stream that gave some and then ended is done, not failed."""
    frames = 0
    try:
        for frame in video:
            frames += 1
            yield frame
    except SourceLost as error:
        if not frames:
            raise
        video.fault = error.told


def _from_above(flight: RecordedFlight, aspect: float) -> AerialDetector:
    return AerialDetector(lambda seconds: flight.view(seconds, aspect), moving=True)


def _placed(finding: Finding, flight: RecordedFlight, aspect: float) -> Position | None:
    seconds = finding.attributes["video_s"]
    if isinstance(seconds, float | int):
        return flight.place(float(seconds), Box(*finding.box), aspect)
    return None


def _keep(finding: Finding, folder: Path) -> Media:
    digest = hashlib.sha256(finding.snapshot).hexdigest()
    (folder / f"{digest}.jpg").write_bytes(finding.snapshot)
    return Media(kind="snapshot", sha256=digest, content_type="image/jpeg")


def _check_writable(out_path: Path, snapshots_dir: Path | None, annotated_path: Path | None) -> None:
    for path in (out_path, annotated_path):
        if path is not None and path.is_dir():
            raise BadInput(Message("files.is_a_folder", path=path))
        if path is not None and not path.parent.is_dir():
            raise BadInput(Message("files.no_folder", path=path.parent))
    if snapshots_dir is not None and snapshots_dir.exists() and not snapshots_dir.is_dir():
        raise BadInput(Message("files.is_no_folder", path=snapshots_dir))
