"""Vehicles that pass, in made video with rendered plates: each is told of once, by what its reads come to."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks._rendered_plates import draw
from telemetry.cities import City
from telemetry.observations import SourceKind
from tests.vision.clips import Sees, frames, write_clip
from vision import analysis
from vision.analysis import analyse_file
from vision.detector import Box, Detection
from vision.findings import Finding, to_observation
from vision.frames import Image
from vision.models.catalogue import DEFAULT_MODEL, find_model, read_catalogue
from vision.pipeline import analyse
from vision.plates.finding_plates import PlateFinder, load_text_finder
from vision.plates.passing import PlateWatch
from vision.plates.reading import load_reader

MODEL = find_model(DEFAULT_MODEL, read_catalogue())
CAR = Detection("car", 0.9, Box(60, 40, 260, 180))


@pytest.fixture(scope="module")
def finder() -> PlateFinder:
    return PlateFinder(load_reader(), load_text_finder())


def passing(count: int, *, written: str | None = "KV-2417") -> list[Image]:
    """Pictures of a car that trembles where CAR is, with a plate if it has one."""
    made = []
    for number in range(count):
        image = np.full((240, 320, 3), 90, np.uint8)
        image[50:170, 70 + 4 * (number % 2) : 250 + 4 * (number % 2)] = 60
        if written is not None:
            plate = cv2.resize(draw(written, country="LV"), (130, 28), interpolation=cv2.INTER_AREA)
            image[130:158, 95 + 4 * (number % 2) : 225 + 4 * (number % 2)] = plate
        made.append(image)
    return made


def found(finder: PlateFinder, images: list[Image], *seen: Detection) -> list[Finding]:
    watch = PlateWatch(finder)
    video = analyse(frames(images), camera_id="gate", detector=Sees(*seen), rules=(), epoch="e", plates=watch)
    return list(video)


def test_a_vehicle_is_told_of_once_with_its_plate_and_how_many_reads_agree(finder: PlateFinder) -> None:
    (told,) = found(finder, passing(20), CAR)
    assert (told.category, told.label, told.ref) == ("plate_read", "car", "e/1/plate_read")
    assert (told.attributes["plate"], told.attributes["region"]) == ("KV2417", "LV")
    assert str(told.attributes["why"]).endswith("reads agree")
    assert told.confidence >= 0.5
    assert told.at < told.ended


def test_a_vehicle_that_is_gone_after_one_look_is_told_of_at_the_end(finder: PlateFinder) -> None:
    (told,) = found(finder, passing(3), CAR)
    assert (told.attributes["plate"], told.attributes["reads"]) == ("KV2417", 1)


def test_nothing_is_said_of_a_vehicle_without_a_plate_of_a_person_or_of_one_too_small(finder: PlateFinder) -> None:
    assert found(finder, passing(10, written=None), CAR) == []
    assert found(finder, passing(5), Detection("person", 0.9, CAR.box)) == []
    assert found(finder, passing(5), Detection("car", 0.9, Box(95, 130, 150, 158))) == []


def test_of_a_file_plates_are_read_when_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "OnnxDetector", lambda _model: Sees(CAR))
    video, out = write_clip(tmp_path / "gate.mp4", passing(20)), tmp_path / "findings.jsonl"
    for plates, read in ((False, []), (True, ["KV2417"])):
        analyse_file(video, out, camera="gate", city=City.DOBELE, model=MODEL, rules=(), plates=plates)
        assert [json.loads(line)["attributes"]["plate"] for line in out.read_text().splitlines()] == read


def test_a_finding_becomes_an_observation_of_the_plate_reader(finder: PlateFinder) -> None:
    (told,) = found(finder, passing(3), CAR)
    seen = to_observation(told, city=City.DOBELE, kind=SourceKind.PLATE_READER)
    assert (seen.key, seen.category) == (("plate_reader", "gate", "e/1/plate_read"), "plate_read")
    assert seen.attributes["plate"] == "KV2417"
