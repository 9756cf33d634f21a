"""How many real-time cameras one core holds: the analysis path against the obvious loop, for the same findings.

The obvious loop is `cv2.VideoCapture` with every frame to the detector; the analysis path is `vision.pipeline.analyse`,
with its gate and five pictures a second. Same clip, same detector, same tracker and rules, in one run. It fails unless
both sides find the same: the same rules and labels, overlapping in time. The clip in which nothing moves is made: one
picture of the footage held still, with sensor noise.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import cv2
import numpy as np

from vision.detector import Detector, load_detector
from vision.footage import Footage, find_footage
from vision.frames import Image, open_video
from vision.pipeline import Counters, analyse
from vision.rules import AnyRule, Scene
from vision.tracking import Tracker

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
STILL_FRAMES, STILL_FPS = 150, 10
SENSOR_NOISE = 2


@dataclass(frozen=True)
class Found:
    """One finding, as far as it is compared."""

    rule: str
    label: str
    since_s: float
    until_s: float

    def matches(self, other: "Found") -> bool:
        """The same rule and label, at overlapping times."""
        same = (self.rule, self.label) == (other.rule, other.label)
        return same and self.since_s <= other.until_s and other.since_s <= self.until_s


def main() -> None:
    """Both sides on each clip that is installed, and on one in which nothing moves; prints the table."""
    detector = load_detector()
    print("Seconds of video analysed in one second of CPU time (all threads, decoding included)\n")
    print("| clip | length | findings, both sides | obvious loop | Vanagas | ratio |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="vanagas-bench-") as folder:
        for clip in (*find_footage(), _still_clip(Path(folder))):
            ours, ours_s = _timed(_analysis_path, clip, detector)
            obvious, obvious_s = _timed(_obvious_loop, clip, detector)
            _check_same(clip.name, ours, obvious)
            length = _length_s(clip.path)
            print(
                f"| {clip.title} | {length:.0f} s | {len(ours)} | {length / obvious_s:.2f} | {length / ours_s:.2f}"
                f" | **{obvious_s / ours_s:.1f} to 1** |"
            )


def _analysis_path(path: Path, rules: Sequence[AnyRule], detector: Detector) -> list[Found]:
    counters = Counters()
    with open_video(path) as video:
        found = analyse(video, camera_id="bench", detector=detector, rules=rules, counters=counters)
        return [
            Found(f.rule, f.label, counters.seconds - (f.ended - f.at).total_seconds(), counters.seconds) for f in found
        ]


def _obvious_loop(path: Path, rules: Sequence[AnyRule], detector: Detector) -> list[Found]:
    capture = cv2.VideoCapture(str(path))
    fps = capture.get(cv2.CAP_PROP_FPS)
    tracker, watches = Tracker(), [rule.watch() for rule in rules]
    found = []
    for number, image in enumerate(_pictures(capture)):
        seconds = number / fps
        tracks = tracker.update(detector.detect(image), seconds)
        for watch in watches:
            scene = Scene(tracks, seconds, image.shape[1], image.shape[0], BEGAN + timedelta(seconds=seconds))
            for firing in watch.see(scene):
                label = "picture" if firing.track is None else firing.track.label
                found.append(Found(firing.rule.name, label, firing.since_s, firing.until_s))
    return found


def _pictures(capture: cv2.VideoCapture) -> Iterator[Image]:
    while True:
        there, image = capture.read()
        if not there:
            return
        yield image.astype(np.uint8, copy=False)


Side = Callable[[Path, Sequence[AnyRule], Detector], list[Found]]


def _timed(side: Side, clip: Footage, detector: Detector) -> tuple[list[Found], float]:
    begun = time.process_time()
    found = side(clip.path, clip.rules, detector)
    return found, time.process_time() - begun


def _check_same(name: str, ours: Sequence[Found], obvious: Sequence[Found]) -> None:
    left = list(obvious)
    for one in ours:
        twin = next((other for other in left if one.matches(other)), None)
        if twin is None:
            raise SystemExit(f"{name}: {one} has no like in the obvious loop's findings: {obvious}")
        left.remove(twin)
    if left:
        raise SystemExit(f"{name}: the obvious loop also found {left}")


def _length_s(path: Path) -> float:
    with open_video(path) as video:
        return (video.expected_frames or 0) * video.frame_period_s


def _still_clip(folder: Path) -> Footage:
    """A clip of one picture of the last footage there is, held still."""
    source = find_footage()[-1]
    with open_video(source.path) as video:
        picture = next(iter(video)).image
    rng, path = np.random.default_rng(1), folder / "still.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=STILL_FPS)
        stream.height, stream.width, stream.pix_fmt = *picture.shape[:2], "yuv420p"
        stream.bit_rate = 4_000_000
        for _ in range(STILL_FRAMES):
            noisy = picture + rng.integers(-SENSOR_NOISE, SENSOR_NOISE + 1, picture.shape)
            frame = av.VideoFrame.from_ndarray(noisy.clip(0, 255).astype(np.uint8), format="bgr24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return Footage("still", "Nothing moves", path, source.rules)


if __name__ == "__main__":
    main()
