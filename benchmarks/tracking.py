"""Following persons from picture to picture: MOTA and IDF1 against plain SORT on the same detections.

`python -m benchmarks.tracking --det FILE --gt FILE` (MOT15-2D text) prints MOTA, IDF1, identity switches and
milliseconds of CPU a picture for both sides; a track counts as right where it overlaps the truth by at least half
(py-motmetrics). Without files it takes what the samples hold of TUD-Campus: its truth, and the boxes of another
tracker as detections, their identities left out.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import motmetrics
import numpy as np
from numpy.typing import NDArray

from benchmarks._plain_sort import PlainSort
from vision.detector import Box, Detection
from vision.tracking import Tracker, overlap

SAMPLES = Path(__file__).parents[2] / "shared/samples/video/mot/TUD-Campus"
SURE_SCORE = 0.8
"""From which score on a detection may begin a track: suits detectors whose scores are near 1 when they are right."""
FPS = 25.0

Floats = NDArray[np.float64]
Told = list[tuple[int, Sequence[float] | Floats]]
"""Number and box (left, top, right, bottom) of each track in one picture."""


class Line(NamedTuple):
    """One line of MOT15-2D text."""

    id: int
    box: Box
    score: float
    """1 where the file does not tell."""


class Score(NamedTuple):
    """How a side did."""

    mota: float
    idf1: float
    switches: int
    ms: float
    """Milliseconds of CPU a picture."""


def read(path: Path) -> dict[int, list[Line]]:
    """The lines of a file by picture. Raises ValueError naming file and line."""
    pictures = defaultdict(list)
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            picture, who, x, y, width, height, score = (float(value) for value in text.split(",")[:7])
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: needs frame,id,left,top,width,height,score: {text!r}") from error
        box = Box(x, y, x + width, y + height)
        pictures[int(picture)].append(Line(int(who), box, score if score >= 0 else 1.0))
    return pictures


def measured(truth: dict[int, list[Line]], follow: Callable[[int], Told]) -> Score:
    """What `follow` tells of each picture against the truth."""
    kept, spent = motmetrics.MOTAccumulator(auto_id=True), 0.0
    for picture in range(1, max(truth) + 1):
        begun = time.process_time()
        told = follow(picture)
        spent += time.process_time() - begun
        real = truth.get(picture, [])
        apart = 1 - overlap(_boxes(line.box for line in real), _boxes(box for _, box in told))
        apart[apart > 0.5] = np.nan
        kept.update([line.id for line in real], [number for number, _ in told], apart)
    wanted = ["mota", "idf1", "num_switches"]
    found = motmetrics.metrics.create().compute(kept, metrics=wanted, name="all").iloc[0]
    return Score(float(found["mota"]), float(found["idf1"]), int(found["num_switches"]), 1000 * spent / max(truth))


def vanagas(detections: dict[int, list[Line]], sure_score: float, fps: float) -> Callable[[int], Told]:
    """This program's tracker."""
    tracker = Tracker(sure_score=sure_score)

    def follow(picture: int) -> Told:
        seen = [Detection("person", line.score, line.box) for line in detections.get(picture, [])]
        return [(track.id, track.box) for track in tracker.update(seen, picture / fps)]

    return follow


def sort(detections: dict[int, list[Line]]) -> Callable[[int], Told]:
    """Plain SORT, which takes every detection alike."""
    tracker = PlainSort()
    return lambda picture: list(tracker.update(_boxes(line.box for line in detections.get(picture, []))))


def table(truth: dict[int, list[Line]], detections: dict[int, list[Line]], sure_score: float, fps: float) -> None:
    """Print both sides."""
    print("| side | MOTA | IDF1 | switches | ms a picture |\n|---|---|---|---|---|")
    sides = {"Vanagas": vanagas(detections, sure_score, fps), "plain SORT": sort(detections)}
    for name, follow in sides.items():
        score = measured(truth, follow)
        print(f"| {name} | {score.mota:.3f} | {score.idf1:.3f} | {score.switches} | {score.ms:.2f} |")


def main() -> None:
    """The samples."""
    if not SAMPLES.is_dir():
        print("The sample sequence is not here, so nothing was measured.")
        return
    table(read(SAMPLES / "gt.txt"), read(SAMPLES / "test.txt"), SURE_SCORE, FPS)


def _boxes(boxes: Any) -> Floats:
    return np.array([tuple(box) for box in boxes], dtype=float).reshape(-1, 4)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.tracking", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--det", type=Path, help="detections, MOT15-2D text")
    parser.add_argument("--gt", type=Path, help="the truth, MOT15-2D text")
    parser.add_argument("--sure", type=float, default=SURE_SCORE, help="score from which a detection begins a track")
    parser.add_argument("--fps", type=float, default=FPS, help="pictures a second")
    given = parser.parse_args()
    if given.det is None and given.gt is None:
        main()
    elif given.det is None or given.gt is None:
        parser.error("--det and --gt go together: detections need a truth to be measured by")
    else:
        table(read(given.gt), read(given.det), given.sure, given.fps)
