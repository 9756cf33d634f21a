"""Requests that contradict themselves are refused with the constraint and the ids."""

import json
from pathlib import Path
from typing import Any

import pytest

from mission.schedule.problem import problem
from mission.schedule.request import ScheduleBattery, ScheduleRequest, parse_request, read_request
from telemetry.errors import BadInput
from tests.builders import place
from tests.mission.schedule.builders import (
    DRONE,
    TOWER,
    at,
    camera,
    drone,
    inspector,
    pilot,
    request,
    span,
    told,
    tower,
    zone,
)

LOCKED: dict[str, Any] = {"locked": True}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (request(zone(), zone()), "two zones with the id zone"),
        (request(units=(camera(), camera())), "two units with the id camera"),
        (request(people=(pilot(), pilot())), "two persons with the id pilot"),
        (request(zone("camera")), "camera is the id of a unit and of a zone"),
        (request(zone(window=(50, 40))), "a window of zone zone ends"),
        (request(zone(window=(50, 55))), "shorter than the dwell of 10 min"),
        (request(zone(windows=(span(0, 60), span(50, 90)))), "overlap"),
        (request(zone(revisit_min=5)), "must fit into the revisit interval"),
        (request(zone(dwell_min=300)), "longer than the horizon"),
        (request(zone(east_m=200_000)), "check its position"),
        (request(now=at(300)), "outside the horizon"),
        (request(people=(inspector(begins=60, ends=30),)), "a shift of inspector ends"),
        (request(units=(tower(battery=ScheduleBattery()),)), "only a drone's battery"),
        (request(units=(drone(crewed=False),)), "needs its pilot"),
        (request(units=(camera(returns=False),)), "must be back"),
        (request(units=(camera(available=(span(0, 60), span(30, 90))),)), "overlap"),
        (request(minutes={DRONE: {"drone": {"nowhere": 3}}}), "name nowhere"),
        (request(commitments=(told("nowhere", 10),)), "names the zone nowhere"),
        (request(zone(), commitments=(told("zone", 10, unit="ghost"),)), "names the unit ghost"),
        (request(zone(), commitments=(told("zone", 10, person="ghost"),)), "names the person ghost"),
        (request(zone(), commitments=(told("zone", 10, person=None),)), "needs a person"),
        (request(zone(), commitments=(told("zone", 10), told("zone", 50))), "committed twice"),
        (request(zone(), commitments=(told("zone", 10, number=2, **LOCKED),)), "wants no such visit"),
        (request(zone("a"), zone("b"), commitments=(told("a", 20, **LOCKED), told("b", 25, **LOCKED))),
         "camera would be in two places at once"),
        (request(zone("a"), zone("b"), units=(camera(), camera("other")),
                 commitments=(told("a", 20, **LOCKED), told("b", 25, unit="other", **LOCKED))),
         "inspector would be in two places at once"),
        (request(zone("a"), zone("b", -900), commitments=(told("a", 20, **LOCKED), told("b", 31, **LOCKED))),
         "the way takes"),
        (request(zone(served_by=frozenset({TOWER})), commitments=(told("zone", 20, **LOCKED),)), "not to be served"),
        (request(zone(), commitments=(told("zone", 20, person="pilot", **LOCKED),)), "may not operate"),
        (request(zone(), people=(inspector(ends=20),), commitments=(told("zone", 20, **LOCKED),)), "none of their"),
        (request(zone(needs=frozenset({"x"})), commitments=(told("zone", 20, **LOCKED),)), "lack x"),
    ],
)  # fmt: skip
def test_a_contradiction_names_the_constraint_and_the_ids(asked: ScheduleRequest, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        problem(asked)
    assert words in refused.value.message


def test_a_horizon_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadInput, match="the horizon ends"):
        problem(request().model_copy(update={"ends": at(-1)}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("dwell_min", -1), ("dwell_min", float("nan")), ("dwell_min", "long")),
        *(("priority", 9), ("colour", "red"), ("served_by", [])),
    ],
)
def test_a_bad_value_names_its_field(field: str, value: object) -> None:
    raw = request(zone()).model_dump(mode="json")
    raw["zones"][0][field] = value
    with pytest.raises(BadInput, match=rf"zones\.0\.{field}"):
        parse_request(raw)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "line 1"),
        ('{"city": NaN}', "the number NaN, which JSON does not have"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "no schedule"),
    ],
)
def test_a_file_that_is_no_request_says_where_it_breaks(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "request.json").write_text(text)
    with pytest.raises(BadInput, match=words):
        read_request(tmp_path / "request.json")


def test_a_request_is_read_as_it_was_written(tmp_path: Path) -> None:
    asked = request(zone(window=(10, 60)), commitments=(told("zone", 20),), flyable=(span(0, 60),))
    (tmp_path / "request.json").write_text(json.dumps(asked.model_dump(mode="json")))
    assert read_request(tmp_path / "request.json") == asked
    assert asked.units[0].position == place()
