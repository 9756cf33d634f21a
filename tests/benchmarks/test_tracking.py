"""The files that the tracking benchmark reads: MOT15-2D text, as it goes round."""

from pathlib import Path

import pytest

from benchmarks._invented_detections import LIKE_SORTS
from benchmarks.tracking import Line, counted, invented, read, sides, sure_score, with_sizes
from telemetry.errors import BadInput
from vision.detection.detector import Box

WALKING = {
    picture: [Line(who, Box(9 * picture + x, 50, 9 * picture + x + 40, 150), 1.0) for who, x in ((1, 0), (2, 200))]
    for picture in range(1, 31)
}


def written(folder: Path, text: str) -> Path:
    file = folder / "det.txt"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("3,-1,10,20,30,40,0.5,-1,-1,-1", 0.5),
        ("3,-1,10,20,30,40,0.5,-1,-1", 0.5),
        ("3,-1,10,20,30,40,0.5", 0.5),
        ("3,-1,10,20,30,40,61.5,-1,-1,-1", 61.5),
        ("3,-1,10,20,30,40,-0.3,-1,-1,-1", -0.3),
        ("3,-1,10,20,30,40,-1,-1,-1,-1", 1.0),
        ("3,-1,10,20,30,40", 1.0),
        ("3 -1 10 20 30 40 0.5 -1 -1 -1", 0.5),
        ("\ufeff3, -1, 10.0,\t20, 30, 40, 0.5,\r\n\r\n", 0.5),
        ("3.0;-1;10;20;30;40;5e-1", 0.5),
    ],
)
def test_the_format_is_read_in_all_its_dialects(tmp_path: Path, text: str, score: float) -> None:
    assert read(written(tmp_path, text)) == {3: [Line(-1, Box(10, 20, 40, 60), score)]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no lines"),
        ("frame,id,left,top,width,height", "line 1: needs frame,id,left"),
        ("1,-1,10,20,30", "line 1: needs frame,id,left"),
        ("1,-1,1,2,3,4,1\n1,-1,10,x,30,40,1", "line 2: needs"),
        ("1,-1,10,20,0,40,1", "wider and higher than 0"),
        ("0,-1,10,20,30,40,1", "frames count from 1"),
        ("1.5,-1,10,20,30,40,1", "frames count from 1"),
        ("1,-1,nan,20,30,40,1", "wider and higher"),
    ],
)
def test_what_is_not_the_format_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read(written(tmp_path, text))


def test_truth_that_is_marked_as_not_to_be_counted_is_left_out(tmp_path: Path) -> None:
    truth = counted(read(written(tmp_path, "1,1,10,20,30,40,1,-1,-1,-1\n1,2,10,20,30,40,0,-1,-1,-1")))
    assert [line.id for line in truth[1]] == [1]


def test_boxes_written_as_corners_are_known_by_the_truth() -> None:
    corners = {
        picture: [Line(-1, Box(b.x1, b.y1, b.x1 + b.x2, b.y1 + b.y2), 1.0) for b in (line.box for line in lines)]
        for picture, lines in WALKING.items()
    }
    found = with_sizes(corners, WALKING)
    assert [line.box for line in found[7]] == [line.box for line in WALKING[7]]
    assert with_sizes(found, WALKING) is found


def test_the_scale_of_the_scores_changes_nothing() -> None:
    shares = invented(WALKING, LIKE_SORTS, 3)
    raw = {picture: [one._replace(score=200 * one.score - 40) for one in lines] for picture, lines in shares.items()}
    assert sure_score(raw) == pytest.approx(200 * sure_score(shares) - 40)
    assert sides(WALKING, raw, 25.0)["Vanagas"][:3] == sides(WALKING, shares, 25.0)["Vanagas"][:3]


def test_pictures_without_detections_or_truth_are_lived_through() -> None:
    truth = {picture: lines for picture, lines in WALKING.items() if picture not in (4, 5, 6)}
    score = sides(truth, {picture: WALKING[picture] for picture in (1, 2, 3, 20, 21, 22)}, 25.0)["Vanagas"]
    assert 0 < score.mota < 0.3
