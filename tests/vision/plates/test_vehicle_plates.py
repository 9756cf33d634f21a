"""Vehicles that pass, in made video with rendered plates: each is told of once, by what its reads come to."""

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks._rendered_plates import draw
from telemetry.cities import City
from telemetry.observations import SourceKind
from telemetry.scopes import LIVE
from tests.vision.clips import Sees, frames, write_clip
from vision.detection.detector import Box, Detection
from vision.findings import Finding, to_observation
from vision.frames.decoder import Image
from vision.models.catalogue import DEFAULT_MODEL, find_model, read_catalogue
from vision.pipeline import file_analysis
from vision.pipeline.analysis import analyse
from vision.pipeline.file_analysis import analyse_file
from vision.plates.plate_finder import PlateFinder, load_text_finder
from vision.plates.reading import load_reader
from vision.plates.vehicle_plates import VehiclePlates

CASES = Path(__file__).parents[4] / "shared/samples/cases/video"
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


def found(finder: PlateFinder, images: list[Image], *seen: Detection, tells_unsure: bool = False) -> list[Finding]:
    watch = VehiclePlates(finder, tells_unsure=tells_unsure)
    video = analyse(frames(images), camera_id="gate", detector=Sees(*seen), rules=(), epoch="e", plates=watch)
    return list(video)


def test_a_vehicle_is_told_of_once_with_its_plate_and_how_many_reads_agree(finder: PlateFinder) -> None:
    (told,) = found(finder, passing(20), CAR)
    assert (told.category, told.label, told.ref) == ("plate_read", "car", "e/1/plate_read")
    assert (told.attributes["plate"], told.attributes["region"]) == ("KV2417", "LV")
    assert str(told.attributes["why"]).endswith("reads agree")
    assert told.confidence >= 0.5
    assert told.at < told.ended


def test_a_plate_read_once_is_told_only_to_whoever_has_a_watch_list_as_unsure(finder: PlateFinder) -> None:
    assert found(finder, passing(3), CAR) == []
    (told,) = found(finder, passing(3), CAR, tells_unsure=True)
    assert (told.attributes["plate"], told.attributes["reads"]) == ("KV2417", 1)
    assert told.attributes["unsure"] is True
    assert str(told.summary) == "number plate, unsure"


def test_a_passage_is_told_once_though_the_vehicle_is_lost_and_found_again(finder: PlateFinder) -> None:
    class Loses(Sees):
        """Sees the car but for two seconds, after which it is another one to whoever follows it."""

        input_side = None

        def detect(self, image: Image) -> Sequence[Detection]:
            seen = super().detect(image)
            return () if 20 <= self.pictures < 45 else seen

    watch = VehiclePlates(finder)
    video = analyse(frames(passing(70)), camera_id="gate", detector=Loses(CAR), rules=(), epoch="e", plates=watch)
    assert [one.attributes["plate"] for one in video] == ["KV2417"]


def test_a_plate_that_the_pictures_edge_cuts_off_is_not_told(finder: PlateFinder) -> None:
    cut = [np.ascontiguousarray(image[:, :190]) for image in passing(20)]
    assert found(finder, cut, Detection("car", 0.9, Box(60, 40, 190, 180)), tells_unsure=True) == []


def test_nothing_is_said_of_a_vehicle_without_a_plate_of_a_person_or_of_one_too_small(finder: PlateFinder) -> None:
    assert found(finder, passing(10, written=None), CAR) == []
    assert found(finder, passing(5), Detection("person", 0.9, CAR.box)) == []
    assert found(finder, passing(5), Detection("car", 0.9, Box(95, 130, 150, 158))) == []


def test_of_a_file_plates_are_read_when_that_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_analysis, "OnnxDetector", lambda _model: Sees(CAR))
    video, out = write_clip(tmp_path / "gate.mp4", passing(20)), tmp_path / "findings.jsonl"
    for plates, read in ((False, []), (True, ["KV2417"])):
        analyse_file(video, out, camera="gate", city=City("dobele"), model=MODEL, rules=(), plates=plates)
        assert [json.loads(line)["attributes"]["plate"] for line in out.read_text().splitlines()] == read


def test_a_finding_becomes_an_observation_of_the_plate_reader(finder: PlateFinder) -> None:
    (told,) = found(finder, passing(20), CAR)
    seen = to_observation(told, city=City("dobele"), kind=SourceKind.PLATE_READER, scope=LIVE)
    assert (seen.key, seen.category) == (("plate_reader", "gate", "e/1/plate_read"), "plate_read")
    assert seen.attributes["plate"] == "KV2417"


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
def test_a_real_vehicle_that_drives_into_the_picture_is_told_once_by_its_whole_plate(
    tmp_path: Path, finder: PlateFinder
) -> None:
    out = tmp_path / "findings.jsonl"
    analyse_file(
        CASES / "pan_test_012.avi", out, camera="gate", city=City("dobele"), model=MODEL, rules=(), plates=True
    )
    told = [json.loads(line)["attributes"] for line in out.read_text().splitlines()]
    assert [(one["plate"], one["region"]) for one in told] == [("RK291AT", "SK")]
