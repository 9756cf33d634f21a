"""The video that an analysis draws what it saw into."""

from pathlib import Path

import av
import numpy as np
import pytest

from telemetry.cities import City
from telemetry.errors import BadInput
from tests.vision.clips import HEIGHT, PERSON, WIDTH, Sees, footage, frames
from vision.detection.tracking import ObjectTrack
from vision.models.catalogue import DEFAULT_MODEL, read_catalogue
from vision.pipeline.annotated_video import BOX, AnnotatedVideo
from vision.pipeline.file_analysis import analyse_file
from vision.rules.presence import ZoneRule
from vision.rules.rule import PERSONS

MODEL = read_catalogue()[DEFAULT_MODEL]
ZONE = ZoneRule(
    name="Žalia aikštė",
    category="person_seen",
    classes=PERSONS,
    zone=((0.1, 0.1), (0.9, 0.1), (0.9, 0.98), (0.1, 0.98)),
)


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return [(float(one.time or 0), one.to_ndarray(format="bgr24")) for one in container.decode(video=0)]


def test_it_holds_every_picture_that_was_looked_at_with_its_time(tmp_path: Path) -> None:
    out = tmp_path / "annotated.mp4"
    analyse_file(
        footage("bikes").path, tmp_path / "out.jsonl", camera="c", city=City("dobele"), model=MODEL, annotated_path=out
    )
    times = [time for time, _ in pictures(out)]
    assert 45 <= len(times) <= 60
    assert times == sorted(set(times))
    assert 9 < times[-1] < 10.5


def test_heads_are_unrecognisable_and_who_is_followed_is_framed(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    (frame,) = frames([noise])
    track = ObjectTrack(7, "person", PERSON.box, 0.9, 1.0, 5)
    with AnnotatedVideo(tmp_path / "one.mp4", [ZONE]) as video:
        video.show(frame, Sees(PERSON).detections, [track])
    ((_, seen),) = pictures(tmp_path / "one.mp4")
    head, below = seen[70:96, 108:132].astype(float), seen[112:170, 108:132].astype(float)
    assert head.std() < below.std() / 2
    edge = seen[110:170, 99:102].reshape(-1, 3).astype(float)
    assert np.abs(edge - BOX).mean(axis=1).min() < 60


def test_a_head_is_covered_before_its_owner_is_first_found_and_after_as_in_clips(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    with AnnotatedVideo(tmp_path / "late.mp4", []) as video:
        for frame in frames([noise] * 12):
            video.show(frame, Sees(PERSON).detections if 4 <= frame.index <= 6 else [], [])
    seen = pictures(tmp_path / "late.mp4")
    free = [bool(image[70:96, 108:132].std() > 0.6 * noise[70:96, 108:132].std()) for _, image in seen]
    assert (free[0], free[2:9], free[10:]) == (True, [False] * 7, [True, True])  # it is 0.6 s around 0.8 to 1.2 s


def test_a_place_where_it_cannot_be_written_is_refused_before_anything_is_analysed(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="make that folder first"):
        analyse_file(
            footage("bikes").path, tmp_path / "o.jsonl", camera="c", city=City("dobele"), model=MODEL,
            annotated_path=tmp_path / "no" / "a.mp4",
        )  # fmt: skip
