"""Check 2: the category that fits."""

from typing import Any

import pytest

from mission.checks.inputs import PeopleKind
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from telemetry.vehicles import Airframe
from tests.mission.checks.builders import level, papers, people, run, square

NO_AUTHORISATION = papers(operator={"authorisation": None})
FIELD = Policy(built_up=False)


@pytest.mark.parametrize(
    ("changes", "category"),
    [
        ({"airframe": Airframe(take_off_mass_kg=0.249)}, "A1"),
        ({"airframe": Airframe(eu_class="C1", take_off_mass_kg=0.8)}, "A1"),
        ({"airframe": Airframe(eu_class="C2")}, "A2"),
        ({"airframe": Airframe(eu_class="C3", take_off_mass_kg=9), "policy": FIELD}, "A3"),
        ({"airframe": Airframe(take_off_mass_kg=0.25), "policy": FIELD}, "A3"),
        ({"airframe": Airframe(eu_class="C3", take_off_mass_kg=9), "papers": papers()}, "specific"),
        ({"airframe": Airframe(eu_class="C5", take_off_mass_kg=9), "policy": FIELD, "papers": papers()}, "specific"),
    ],
)
def test_the_easiest_category_that_fits_is_named(changes: dict[str, Any], category: str) -> None:
    verdict = run("category", **{"papers": NO_AUTHORISATION, **changes})[0]
    assert (verdict.level, verdict.numbers["category"]) == (Level.PASS, category)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"airframe": Airframe(eu_class="C3", take_off_mass_kg=9), "policy": Policy(built_up=True)}, "built-up"),
        ({"people": people(PeopleKind.GATHERING, square(100, 260, 20))}, "60 m are wanted (1:1 rule)"),
        (
            {"policy": FIELD, "airframe": Airframe(), "people": people(PeopleKind.BUILT_UP, square(250, 200, 20))},
            "a built-up area is 115 m away, 150 m are wanted",
        ),
        ({"papers": papers(operator={"authorisation": None}, pilot={"certificates": ()})}, "holds no A2 certificate"),
    ],
)
def test_too_near_to_people_no_category_fits(changes: dict[str, Any], words: str) -> None:
    verdict = run("category", **{"papers": NO_AUTHORISATION, **changes})[0]
    assert (verdict.level, words in str(verdict.message)) == (Level.BLOCK, True), verdict.message


def test_a_drone_is_judged_by_its_own_class_mark() -> None:
    marked = papers(operator={"authorisation": None}, drone={"eu_class": "C2"})
    assert level("category", papers=marked, airframe=Airframe()) is Level.PASS
