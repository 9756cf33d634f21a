"""From a video to a file of observations."""

from pathlib import Path

import numpy as np
import pytest

from telemetry.cities import City
from telemetry.errors import BadInput, BadMedia, SourceLost
from telemetry.observations import Observation, SourceKind, read_jsonl
from telemetry.positions import Position, distance_m
from tests.vision.clips import footage, moving, write_clip, write_h264
from tests.vision.ground.truth import LAT, LON, flown_north
from vision.ground.recorded import RecordedFlight, RecordedWishes
from vision.models.catalogue import DEFAULT_MODEL, read_catalogue
from vision.pipeline.counters import Counters
from vision.pipeline.file_analysis import AnalysisOutcome, analyse_file
from vision.rules.presence import ZoneRule

CASES = Path(__file__).parents[4] / "shared/samples/cases/video"
MODEL = read_catalogue()[DEFAULT_MODEL]


def run(source: str | Path, out: Path, snapshots: Path | None = None) -> AnalysisOutcome:
    return analyse_file(source, out, camera="C 7", city=City("dobele"), model=MODEL, snapshots_dir=snapshots)


def read(path: Path) -> list[Observation]:
    return list(read_jsonl(path.read_text().splitlines(), name=path.name))


def test_every_line_is_an_observation_with_its_picture_beside_it(tmp_path: Path) -> None:
    outcome = run(footage("bikes").path, tmp_path / "out.jsonl", tmp_path / "pictures")
    observations = read(tmp_path / "out.jsonl")
    assert [o.attributes["label"] for o in observations] == ["person", "car"]
    assert outcome.counters.findings == 2
    assert outcome.fault is None
    for observation in observations:
        assert (observation.city, observation.source.kind, observation.source.id) == (
            City("dobele"),
            SourceKind.FIXED_CAMERA,
            "C 7",
        )
        picture = tmp_path / "pictures" / f"{observation.media[0].sha256}.jpg"
        assert picture.read_bytes().startswith(b"\xff\xd8")


def test_with_the_drones_log_beside_it_each_finding_is_on_the_ground_with_an_ellipse(tmp_path: Path) -> None:
    table = flown_north(heading_deg=0.0, gimbal_pitch_deg=-45.0)
    analyse_file(
        footage("bikes").path,
        tmp_path / "out.jsonl",
        camera="drone-1",
        city=City("dobele"),
        model=MODEL,
        flight=RecordedFlight(table, RecordedWishes(hfov_deg=70)),
    )
    places = [observation.position for observation in read(tmp_path / "out.jsonl")]
    assert len(places) == 2
    for place in places:
        assert place is not None
        assert place.ellipse is not None
        assert distance_m(place, Position(lat=LAT, lon=LON)) < 300


def test_a_second_run_gives_the_same_observations_and_no_pictures_unless_asked(tmp_path: Path) -> None:
    for name in ("a", "b"):
        run(footage("bikes").path, tmp_path / f"{name}.jsonl")
    first, second = read(tmp_path / "a.jsonl"), read(tmp_path / "b.jsonl")
    assert [o.id for o in first] == [o.id for o in second]
    assert all(o.media == () for o in first)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl"]


def test_an_interrupted_run_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("before\n")

    def interrupt(counters: Counters, expected: int | None) -> None:
        if counters.frames == 200:
            assert expected == 250
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyse_file(
            footage("bikes").path,
            out,
            camera="C 7",
            city=City("dobele"),
            model=MODEL,
            snapshots_dir=tmp_path / "pictures",
            progress=interrupt,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert out.read_text() == "before\n"


def test_a_clip_cut_short_is_analysed_as_far_as_it_goes_and_the_outcome_says_so(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "clip.mp4", moving(60), options={"movflags": "faststart"}).read_bytes()
    (tmp_path / "clip.mp4").write_bytes(whole[: len(whole) * 6 // 10])
    outcome = run(tmp_path / "clip.mp4", tmp_path / "out.jsonl")
    assert outcome.counters.frames > 10
    assert outcome.fault is not None
    assert read(tmp_path / "out.jsonl") == []


def lossy(path: Path, clip: Path, *, every: int) -> Path:
    """`clip` (MPEG-TS) without one of `every` packets, as a bad link leaves it."""
    content = clip.read_bytes()
    packets = [content[at : at + 188] for at in range(0, len(content), 188)]
    path.write_bytes(b"".join(packet for number, packet in enumerate(packets) if number % every != every - 1))
    return path


def test_pictures_with_parts_lost_on_the_way_are_looked_at_counted_and_said(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noisy = [image + rng.integers(0, 30, image.shape, dtype=np.uint8) for image in moving(30)]
    clip = lossy(tmp_path / "lost.ts", write_h264(tmp_path / "whole.ts", noisy), every=100)
    outcome = run(clip, tmp_path / "out.jsonl")
    counted = outcome.counters
    assert 0 < counted.corrupt <= counted.frames
    assert counted.detections >= 10
    assert f"{counted.corrupt} of {counted.frames} pictures are damaged" in str(outcome.fault)


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(("name", "found", "damaged"), [("lost.ts", 1, 60), ("phone_portrait.mp4", 2, 0)])
def test_videos_of_others_are_analysed_as_far_as_they_go(tmp_path: Path, name: str, found: int, damaged: int) -> None:
    outcome = run(CASES / name, tmp_path / "out.jsonl")
    assert outcome.counters.corrupt == damaged
    assert outcome.counters.detections >= 30
    assert len(read(tmp_path / "out.jsonl")) == found
    assert ("damaged" in str(outcome.fault)) is (damaged > 0)


def test_what_cannot_be_analysed_leaves_no_file(tmp_path: Path, free_port: int) -> None:
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(BadMedia):
        run(tmp_path / "text.mp4", tmp_path / "out.jsonl")
    with pytest.raises(SourceLost):
        run(f"http://127.0.0.1:{free_port}/x.ts", tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_places_that_cannot_be_written_to_are_named_before_the_work_begins(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder; name a file"):
        run(footage("bikes").path, tmp_path)
    with pytest.raises(BadInput, match="is not there; make that folder first"):
        run(footage("bikes").path, tmp_path / "nowhere" / "out.jsonl")
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="is a file; name a folder"):
        run(footage("bikes").path, tmp_path / "out.jsonl", tmp_path / "file")


def test_a_rule_for_a_class_that_the_model_does_not_know_is_refused(tmp_path: Path) -> None:
    rule = ZoneRule(name="yard", category="person_seen", classes=("lorry",))
    with pytest.raises(BadInput, match="lorry"):
        analyse_file(
            footage("bikes").path, tmp_path / "o.jsonl", camera="C", city=City("dobele"), model=MODEL, rules=[rule]
        )
