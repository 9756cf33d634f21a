"""Surveys that QGroundControl can edit: out of our plans, out of its own files, and back field by field."""

import json
from pathlib import Path
from typing import Any

import pytest

from mission.formats import PlanFile, dump, read
from mission.formats.document import Entry, alike
from mission.formats.qgc import surveys_of
from mission.formats.qgc.survey import expand
from mission.plans.editable_survey import with_editable_survey
from mission.plans.files import plan_file_of
from mission.plans.geojson import route_feature
from mission.plans.imported import imported
from mission.plans.stored_patterns import KEPT_PATTERNS
from mission.routes.route import Route
from mission.routes.survey import SurveyRequest, plan_survey
from telemetry.positions import Position
from telemetry.vehicles import Airframe
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, U_SHAPE, Ring, area

SAMPLES = Path(__file__).parents[4] / "shared/samples/drone/plan"
HOME = Position(lat=56.6195, lon=23.279)
FIELD: Ring = [(0, 0), (180, 20), (150, 140), (0, 100)]


def planned(*rings: Ring, is_sortie: bool = False, **wish: Any) -> tuple[PlanFile, Route]:
    request = SurveyRequest.model_validate(wish)
    route = plan_survey(area(*rings), request, home=HOME)
    plan = plan_file_of(route, "field", home_alt_m=None)
    wishes = request.model_dump(mode="json")
    return with_editable_survey(plan, area(*rings), wishes, route_feature(route), is_sortie=is_sortie), route


def survey_of(content: bytes) -> dict[str, Any]:
    (survey,) = [item for item in json.loads(content)["mission"]["items"] if item["type"] == "ComplexItem"]
    return dict(survey)


@pytest.mark.parametrize(
    "wish",
    [
        {"images_per_point": 5},
        {"keep_parallel": True},
        {"crosshatch": True, "keep_parallel": True},
        {"without_camera": True, "spacing_m": 20, "fewest_lines": 9},
        {"keep_parallel": True, "gimbal_pitch_deg": -60, "margin_m": 10},
    ],
)
def test_a_survey_of_parallel_lines_is_written_as_one_and_flies_the_same_items(wish: dict[str, Any]) -> None:
    plan, route = planned(FIELD, **wish)
    written = dump(plan, "plan")
    survey = survey_of(written.content)
    style = survey["TransectStyleComplexItem"]
    assert alike(read(written.content, "field.plan").items, plan.items)
    assert not [sentence for sentence in written.lost if "survey" in str(sentence)]
    assert (survey["complexItemType"], survey["version"], style["version"]) == ("survey", 5, 1)
    assert survey["angle"] % 180 == pytest.approx(route.summary.angle_deg, abs=0.01)
    assert style["CameraCalc"]["AdjustedFootprintSide"] == pytest.approx(route.summary.spacing_m, abs=0.01)
    assert style["CameraCalc"]["AdjustedFootprintFrontal"] == pytest.approx(route.summary.trigger_m or 0, abs=0.01)
    assert style["CameraShots"] == route.summary.photos
    assert style["Refly90Degrees"] == wish.get("crosshatch", False)
    assert len(survey["polygon"]) == len(FIELD)


def test_when_it_is_edited_quantities_stay_those_of_the_plan() -> None:
    plan, route = planned(FIELD, images_per_point=5)
    survey = survey_of(dump(plan, "plan").content)
    anew = expand(survey, "the survey")
    first = next(item for item in plan.patterns[0].items if item.command == 16)
    begins = anew[0]
    assert {item.alt_m for item in anew if item.command == 16} == {60.0}
    assert {item.param1 for item in anew if item.command == 206} == {route.summary.trigger_m, 0}
    assert abs(begins.lat - first.lat) < 0.0006
    (found,) = surveys_of(read(dump(plan, "plan").content, "field.plan"))
    assert found.camera is not None
    assert (found.camera.focal_mm, found.camera.image_width_px) == (8.8, 5472)
    assert found.area.area == pytest.approx(area(FIELD).area, rel=1e-6)


@pytest.mark.parametrize(
    ("rings", "wish", "is_sortie", "why"),
    [
        ((SQUARE, HOLE), {"images_per_point": 5}, False, "hole"),
        ((U_SHAPE,), {"spacing_m": 40}, False, "one direction"),
        ((RECTANGLE,), {"images_per_point": 5}, True, "sorties"),
    ],
)
def test_what_no_survey_can_hold_is_written_as_single_items_and_says_why(
    rings: tuple[Ring, ...], wish: dict[str, Any], is_sortie: bool, why: str
) -> None:
    plan, _ = planned(*rings, is_sortie=is_sortie, **wish)
    written = dump(plan, "plan")
    assert {item["type"] for item in json.loads(written.content)["mission"]["items"]} == {"SimpleItem"}
    (said,) = [sentence for sentence in written.lost if "survey" in str(sentence)]
    assert why in str(said)


def kept_and_written(content: bytes, name: str) -> dict[str, Any]:
    """A .plan file imported as the server keeps plans, in JSON, and exported again."""
    file = read(content, name)
    draft, _ = imported(file, home=None, airframe=Airframe())
    kept = json.loads(json.dumps(draft.wishes))
    items = tuple(draft.items or ())
    patterns = tuple(
        Entry(each["document"], items[each["first"] : each["first"] + each["count"]]) for each in kept[KEPT_PATTERNS]
    )
    again = PlanFile(file.name, items, draft.home, draft.fence, draft.rally, patterns=patterns)
    return dict(json.loads(dump(again, "plan").content))


def test_a_survey_of_a_file_is_kept_field_by_field() -> None:
    plan, _ = planned(FIELD, images_per_point=5)
    document = json.loads(dump(plan, "plan").content)
    survey = next(item for item in document["mission"]["items"] if item["type"] == "ComplexItem")
    survey["TransectStyleComplexItem"]["TerrainFlightSpeed"] = 3
    survey["aKeyOfLater"] = {"x": [1, None]}
    again = kept_and_written(json.dumps(document).encode(), "field.plan")
    assert again["mission"]["items"] == document["mission"]["items"]


@pytest.mark.parametrize(
    "name",
    ["mavsdk_qgroundcontrol_sample_with_survey.plan", "mavsdk_qgroundcontrol_sample_with_survey_missing_items.plan"],
)
def test_real_surveys_are_kept_field_by_field(name: str) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the samples are not beside the clone")
    content = (SAMPLES / name).read_bytes()
    before = [item for item in json.loads(content)["mission"]["items"] if item["type"] == "ComplexItem"]
    after = [item for item in kept_and_written(content, name)["mission"]["items"] if item["type"] == "ComplexItem"]
    assert after == before
