"""Following persons from picture to picture: MOTA and IDF1 against plain SORT on the same detections.

`python -m benchmarks.tracking --det FILE --gt FILE` (MOT15-2D text) prints MOTA, IDF1, identity switches and
milliseconds of CPU a picture for both sides; a track counts as right where it overlaps the truth by at least half
(py-motmetrics). Ours is the tracker as it works live: nothing is filled in afterwards. What a detector's scores mean is
not known, so the lowest quarter of a file's detections begins no track; plain SORT takes all alike. Without files it
takes what the samples hold of TUD-Campus: its truth, with the boxes of another tracker as detections, their identities
left out, and with detections invented from the truth (means of ten seeds). Those are simulated; our tracker's settings
were chosen with the like of them, by other seeds, and of another invented scene.
"""

import argparse
import math
import re
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import motmetrics
import numpy as np
from numpy.typing import NDArray

from benchmarks._invented_detections import LIKE_SORTS, MANY_FALSE, Level, invent
from benchmarks._plain_sort import PlainSort
from telemetry.errors import BadInput
from vision.detection.detector import Box, Detection
from vision.detection.tracking import Tracker, overlap

SAMPLES = Path(__file__).parents[2] / "shared/samples/video/mot/TUD-Campus"
UNSURE = 0.25
"""Share of the detections, those of lowest score, that only prolong tracks: detectors' scores have no common scale."""
SEEDS = range(100, 110)
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
    switches: float
    ms: float
    """Milliseconds of CPU a picture."""


def read(path: Path) -> dict[int, list[Line]]:
    """The lines of a file by picture, columns apart by commas, semicolons or blanks; a score that is everywhere -1 is
    none. Raises BadInput naming file and line, or when there are none."""
    pictures: dict[int, list[Line]] = defaultdict(list)
    for number, text in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            values = [float(value) for value in re.split(r"\s*[,;]\s*|\s+", text.strip(" ,;\t"))]
            picture, who, x, y, width, height = values[:6]
        except ValueError as error:
            raise BadInput(f"{path}, line {number}: needs frame,id,left,top,width,height[,score]: {text!r}") from error
        if not all(map(math.isfinite, values)) or picture < 1 or picture % 1 or min(width, height) <= 0:
            raise BadInput(
                f"{path}, line {number}: frames count from 1, and a box is wider and higher than 0: {text!r}"
            )
        score = values[6] if len(values) > 6 else -1.0
        pictures[int(picture)].append(Line(int(who), Box(x, y, x + width, y + height), score))
    if not pictures:
        raise BadInput(f"{path} holds no lines of frame,id,left,top,width,height[,score]")
    if all(line.score == -1 for lines in pictures.values() for line in lines):
        return {picture: [line._replace(score=1.0) for line in lines] for picture, lines in pictures.items()}
    return dict(pictures)


def counted(truth: dict[int, list[Line]]) -> dict[int, list[Line]]:
    """The truth without the lines that it marks as not to be counted (score 0), as py-motmetrics reads it."""
    return {picture: [line for line in lines if line.score > 0] for picture, lines in truth.items()}


def sure_score(detections: dict[int, list[Line]]) -> float:
    """From which score on a detection may begin a track: the lowest share UNSURE may not, whatever a score means."""
    return float(np.quantile([line.score for lines in detections.values() for line in lines], UNSURE))


def with_sizes(detections: dict[int, list[Line]], truth: dict[int, list[Line]]) -> dict[int, list[Line]]:
    """`detections`, their third and fourth number taken for right and bottom where the truth shows that they are.

    Some files that go round as MOT15-2D, older ones of SORT's authors among them, hold corners instead of sizes.
    """

    def cornered(line: Line) -> Line:
        x1, y1, x2, y2 = line.box
        return line._replace(box=Box(x1, y1, x2 - x1, y2 - y1))

    def right(told: dict[int, list[Line]]) -> int:
        pairs = [(truth[picture], lines) for picture, lines in told.items() if picture in truth]
        found = [overlap(_boxes(one.box for one in real), _boxes(one.box for one in lines)) for real, lines in pairs]
        return sum(int((one.max(axis=0, initial=0.0) >= 0.5).sum()) for one in found)

    corners = {picture: [cornered(line) for line in lines] for picture, lines in detections.items()}
    if any(min(line.box.width, line.box.height) <= 0 for lines in corners.values() for line in lines):
        return detections
    if right(corners) <= 2 * right(detections):
        return detections
    print("The boxes of the detections are corners (left, top, right, bottom), and were taken as such.\n")
    return corners


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


def vanagas(detections: dict[int, list[Line]], fps: float, sure: float | None = None) -> Callable[[int], Told]:
    """This program's tracker, as it works live; a detection under `sure`, if given, begins no track."""
    tracker = Tracker(sure_score=sure_score(detections) if sure is None else sure)

    def follow(picture: int) -> Told:
        seen = [Detection("person", line.score, line.box) for line in detections.get(picture, [])]
        return [(track.id, track.box) for track in tracker.update(seen, picture / fps)]

    return follow


def sort(detections: dict[int, list[Line]]) -> Callable[[int], Told]:
    """Plain SORT, which takes every detection alike."""
    tracker = PlainSort()
    return lambda picture: list(tracker.update(_boxes(line.box for line in detections.get(picture, []))))


def sides(
    truth: dict[int, list[Line]], detections: dict[int, list[Line]], fps: float, sure: float | None = None
) -> dict[str, Score]:
    """How both sides do."""
    return {
        "Vanagas": measured(truth, vanagas(detections, fps, sure)),
        "plain SORT": measured(truth, sort(detections)),
    }


def table(rows: Sequence[tuple[str, dict[str, Score]]]) -> None:
    """Print both sides for each name."""
    print("| detections | side | MOTA | IDF1 | switches | ms a picture |\n|---|---|---|---|---|---|")
    for name, both in rows:
        for side, score in both.items():
            figures = f"{score.mota:.3f} | {score.idf1:.3f} | {score.switches:.3g} | {score.ms:.2f}"
            print(f"| {name} | {side} | {figures} |")


def main() -> None:
    """The samples."""
    if not SAMPLES.is_dir():
        print("The sample sequence is not here, so nothing was measured.")
        return
    truth = counted(read(SAMPLES / "gt.txt"))
    rows = [("another tracker's boxes", sides(truth, read(SAMPLES / "test.txt"), FPS))]
    for name, level in (("invented, like SORT's own", LIKE_SORTS), ("invented, many false", MANY_FALSE)):
        runs = [sides(truth, invented(truth, level, seed), FPS) for seed in SEEDS]
        rows.append((name, {side: Score(*np.mean([run[side] for run in runs], axis=0)) for side in runs[0]}))
    table(rows)


def invented(truth: dict[int, list[Line]], level: Level, seed: int) -> dict[int, list[Line]]:
    """Simulated detections."""
    places = {picture: [(line.id, line.box) for line in lines] for picture, lines in truth.items()}
    told = invent(places, level, seed)
    return {picture: [Line(-1, box, score) for box, score in lines] for picture, lines in told.items()}


def _boxes(boxes: Any) -> Floats:
    return np.array([tuple(box) for box in boxes], dtype=float).reshape(-1, 4)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.tracking", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--det", type=Path, help="detections, MOT15-2D text")
    parser.add_argument("--gt", type=Path, help="the truth, MOT15-2D text")
    parser.add_argument("--sure", type=float, help="score from which a detection begins a track; else by rank")
    parser.add_argument("--fps", type=float, default=FPS, help="pictures a second")
    given = parser.parse_args()
    if given.det is None and given.gt is None:
        main()
    elif given.det is None or given.gt is None:
        parser.error("--det and --gt go together: detections need a truth to be measured by")
    else:
        try:
            real = counted(read(given.gt))
            table([(given.det.name, sides(real, with_sizes(read(given.det), real), given.fps, given.sure))])
        except (BadInput, OSError, UnicodeDecodeError) as error:
            parser.error(str(error))
