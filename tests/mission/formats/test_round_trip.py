"""What a format can hold comes back equal, what it cannot is told, and what only it knows is kept."""

import json
import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.formats import FenceArea, PlanFile, dump, load, read
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from tests.mission.formats.plans import (
    NAN,
    SAMPLES,
    commands,
    lats,
    lons,
    plans,
    positioned,
    same,
    same_item,
    waypoints,
)

ANY = positioned | commands
HOME = Position(lat=56.62, lon=23.28, alt_m=60)
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the clone")


def without_free(item: MissionItem) -> MissionItem:
    p1, p2, p3, p4 = (0.0 if math.isnan(value) else value for value in item.params)
    return replace(item, param1=p1, param2=p2, param3=p3, param4=p4)


def again(plan: PlanFile, key: str) -> PlanFile:
    return read(dump(plan, key).content, f"x.{key}")


@settings(max_examples=60)
@given(plans(ANY))
def test_a_qgc_plan_holds_everything_but_home_and_speed_that_are_not_there(plan: PlanFile) -> None:
    written = dump(plan, "plan")
    back = read(written.content, "x.plan")
    same(replace(plan, home=plan.home or back.home), back)
    assert any("planned home" in str(sentence) for sentence in written.lost) == (plan.home is None)
    assert any("planning speed" in str(sentence) for sentence in written.lost) == (plan.speed_m_s is None)


@settings(max_examples=60)
@given(plans(ANY))
def test_our_geojson_holds_everything(plan: PlanFile) -> None:
    written = dump(plan, "geojson")
    same(plan, read(written.content, "x.geojson"))
    assert written.lost == ()
    assert read(written.content, "x.geojson").speed_m_s == plan.speed_m_s


@settings(max_examples=60)
@given(plans(ANY))
def test_wpl_holds_home_and_items_and_tells_the_rest(plan: PlanFile) -> None:
    written = dump(plan, "waypoints")
    free = any(math.isnan(value) for item in plan.items for value in item.params)
    given_up = [without_free(item) for item in plan.items]
    same(replace(plan, items=tuple(given_up), fence=(), rally=()), read(written.content, "x.waypoints"))
    for wanted, words in ((free, "a parameter to the vehicle"), (plan.fence, "geofence"), (plan.rally, "rally"),
                          (plan.speed_m_s, "planning speed")):  # fmt: skip
        assert any(words in str(sentence) for sentence in written.lost) == bool(wanted)


@settings(max_examples=60)
@given(plans(waypoints))
def test_kml_holds_waypoints_fence_and_rally_and_tells_of_circles(plan: PlanFile) -> None:
    written = dump(plan, "kml")
    polygons = tuple(area for area in plan.fence if area.radius_m is None)
    back = read(written.content, "x.kml")
    same(replace(plan, fence=polygons), replace(back, fence=back.fence[: len(polygons)]))
    assert len(back.fence) == len(plan.fence)
    assert any("circle" in str(sentence) for sentence in written.lost) == (len(polygons) < len(plan.fence))


@settings(max_examples=60)
@given(plans(waypoints))
def test_gpx_holds_waypoints_and_rally_and_says_that_it_has_no_fence(plan: PlanFile) -> None:
    written = dump(plan, "gpx")
    same(replace(plan, fence=()), read(written.content, "x.gpx"))
    assert any("geofence" in str(sentence) for sentence in written.lost) == bool(plan.fence)


@settings(max_examples=40)
@given(plans(ANY), st.sampled_from(("kml", "gpx")))
def test_whatever_a_format_of_points_gives_back_changed_it_told(plan: PlanFile, key: str) -> None:
    written = dump(plan, key)
    back = read(written.content, f"x.{key}")
    if len(back.items) != len(plan.items) or any(item.command != 16 for item in plan.items):
        assert written.lost


def test_a_circle_on_the_180th_meridian_becomes_a_polygon_on_the_globe() -> None:
    ring = again(PlanFile("x", (), fence=(FenceArea(((-20.0, 179.999),), False, 500.0),)), "kml").fence[0]
    assert {lon > 0 for _, lon in ring.corners} == {True, False}
    assert all(abs(lon) > 179.9 for _, lon in ring.corners)


@st.composite
def flights(draw: st.DrawFn) -> PlanFile:
    """Plans as DJI's format tells them: the speed before the waypoint, what is done after it, the end last."""
    items = [MissionItem(22, param4=NAN, alt_m=draw(st.floats(2, 100)))]
    speed = None
    for number in range(draw(st.integers(2, 6))):
        wanted = draw(st.sampled_from((3.0, 7.5, 15.0)))
        items += [MissionItem(178, 2, 1, wanted, -1)] if wanted != speed else []
        speed = wanted
        yaw = draw(st.just(NAN) | st.floats(-180, 180))
        hold = draw(st.sampled_from((0.0, 4.5)))
        lat, lon = 56.6 + number * 1e-3, draw(st.floats(23.2, 23.3))
        items.append(MissionItem(16, 3, hold, 0, 0, yaw, lat=lat, lon=lon, alt_m=draw(st.floats(10, 120))))
        actions = (
            MissionItem(2000, 2, 0, 0, 1), MissionItem(2500, 2), MissionItem(2501, 2), MissionItem(115, 2, 90, 0, -1),
            MissionItem(205, 2, -45, 0, 10, alt_m=2), MissionItem(531, 2, 3, 48),
        )  # fmt: skip
        items += draw(st.lists(st.sampled_from(actions), max_size=3))
    end = draw(st.sampled_from(([], [MissionItem(20, 2)], [MissionItem(21, param4=NAN)])))
    return PlanFile("x", (*items, *end), draw(st.none() | st.builds(Position, lat=lats, lon=lons)), speed_m_s=5)


@settings(max_examples=60)
@given(flights())
def test_a_dji_file_holds_waypoints_speeds_headings_and_actions(plan: PlanFile) -> None:
    written = dump(plan, "kmz")
    assert written.lost == ()
    same(plan, read(written.content, "x.kmz"))


@settings(max_examples=60)
@given(plans(ANY))
def test_a_dji_file_gives_every_waypoint_back_or_tells(plan: PlanFile) -> None:
    try:
        written = dump(plan, "kmz")
    except BadPlan as error:
        assert any(words in error.message for words in ("no waypoint", "above sea level", "no height"))
        return
    back = read(written.content, "x.kmz")
    if back.items != plan.items:
        assert written.lost


@pytest.mark.parametrize(("radii", "metres"), [((9, 1, 1, 9), (0, 50, 0)), ((9, 8, 3, 9), (10, 5, 1)),
                                               ((0, 40, 40, 0), (30, 50, 30)), ((0, 2, 2, 0), (0, 0, 0))])  # fmt: skip
def test_a_dji_file_shortens_acceptance_radii_until_they_fit_on_both_sides(
    radii: tuple[float, ...], metres: tuple[float, ...]
) -> None:
    norths = (sum(metres[:number]) for number in range(len(radii)))
    way = [
        MissionItem(16, 3, 0, radius, 0, NAN, lat=56.6 + north / 111_320, lon=23.2, alt_m=50)
        for radius, north in zip(radii, norths, strict=True)
    ]
    written = dump(PlanFile("x", tuple(way)), "kmz")
    back = [item.param2 for item in read(written.content, "x.kmz").items if item.command == 16]
    assert all(a + b <= room + 0.01 for (a, b), room in zip(pairwise(back), metres, strict=True))
    assert any("shortened" in str(sentence) for sentence in written.lost)


def test_dji_pictures_by_distance_and_by_time_and_a_point_of_interest_come_back() -> None:
    way = [MissionItem(16, 3, param4=NAN, lat=56.6 + n * 1e-3, lon=23.2, alt_m=50) for n in range(6)]
    look, away = MissionItem(195, 3, lat=56.7, lon=23.3, alt_m=10), MissionItem(197, 2)
    items = (
        MissionItem(22, param4=NAN, alt_m=20), MissionItem(178, 2, 1, 5, -1), way[0], MissionItem(206, 2, 12.5, 0, 1),
        way[1], way[2], MissionItem(206, 2), way[3], MissionItem(2000, 2, 0, 2, 0), way[4], look, MissionItem(2001, 2),
        way[5], away,
    )  # fmt: skip
    back = again(PlanFile("x", items), "kmz")
    for a, b in zip(items, back.items, strict=True):
        same_item(a, b)


@needs_samples
@pytest.mark.parametrize("name", ["wpml/waygen_example.kmz", "plan/mavsdk_qgroundcontrol_sample_with_survey.plan",
                                  "plan/mavsdk_qgroundcontrol_sample_with_structured_scan.plan",
                                  "plan/mavsdk_qgroundcontrol_sample_with_digicam_control.plan"])  # fmt: skip
def test_an_unchanged_plan_is_written_as_it_was(name: str) -> None:
    plan = load(SAMPLES / name)
    key = name.rpartition(".")[2]
    back = again(plan, key)
    if key == "plan":
        assert json.loads(dump(plan, key).content) == json.loads((SAMPLES / name).read_text())
    else:
        assert back.kept["kmz"].members == plan.kept["kmz"].members
        assert b"<wpml:droneEnumValue>68<" in back.kept["kmz"].members["wpmz/waylines.wpml"]


@needs_samples
def test_a_changed_qgc_plan_keeps_the_patterns_and_keys_that_were_not_touched() -> None:
    plan = load(SAMPLES / "plan/mavsdk_qgroundcontrol_sample_with_survey.plan")
    more = replace(plan, items=(MissionItem(22, alt_m=30), *plan.items, MissionItem(177, 2, 0, 1)))
    mission = json.loads(dump(more, "plan").content)["mission"]
    assert [entry.get("complexItemType") for entry in mission["items"]] == [None, None, "survey", None]
    inner = mission["items"][2]["TransectStyleComplexItem"]["Items"]
    assert [entry["doJumpId"] for entry in inner] == list(range(3, 15))
    assert mission["items"][3]["params"][0] == 1
    same(more, again(more, "plan"))


def test_unknown_keys_and_the_breach_return_point_survive_a_changed_home() -> None:
    root = json.loads(dump(PlanFile("x", (), HOME), "plan").content)
    root |= {"UUID": "7c", "geoFence": {"version": 2, "breachReturn": [56.6, 23.2, 30], "odd": [None, {"a": 1.5}]}}
    root["mission"]["items"] = [{"type": "SimpleItem", "command": 20, "frame": 2, "params": [0] * 7, "groupTag": "g"}]
    plan = replace(read(json.dumps(root).encode(), "x.plan"), home=replace_home(57.0))
    written = json.loads(dump(plan, "plan").content)
    assert (written["UUID"], written["geoFence"]) == ("7c", root["geoFence"])
    assert written["mission"]["items"] == root["mission"]["items"]
    assert written["mission"]["plannedHomePosition"][0] == 57.0
    told = " ".join(map(str, dump(plan, "kml").lost))
    assert all(word in told for word in ("UUID", "breached", "groupTag"))


def replace_home(lat: float) -> Position:
    return HOME.model_copy(update={"lat": lat})


def test_a_changed_dji_file_keeps_its_aircraft_and_namespace() -> None:
    way = tuple(MissionItem(16, 3, param4=NAN, lat=56.6 + n * 1e-3, lon=23.2, alt_m=50) for n in range(3))
    first = read(dump(PlanFile("x", way), "kmz", aircraft="m30t").content, "x.kmz")
    moved = replace(first, items=(*first.items[:-1], replace(first.items[-1], alt_m=60.0)))
    waylines = again(moved, "kmz").kept["kmz"].members["wpmz/waylines.wpml"].decode()
    assert "<wpml:droneEnumValue>67<" in waylines
    assert "<wpml:executeHeight>60<" in waylines
    with pytest.raises(BadPlan, match="there is no aircraft 'kite'"):
        dump(moved, "kmz", aircraft="kite")


def test_a_jump_finds_its_item_in_every_format_that_has_jumps() -> None:
    plan = PlanFile("x", (MissionItem(22, alt_m=9), MissionItem(20, 2), MissionItem(177, 2, 1, 3)), HOME)
    for key in ("plan", "waypoints", "geojson"):
        assert [int(item.param1) for item in again(plan, key).items] == [0, 0, 1]
    nowhere = replace(plan, items=(MissionItem(177, 2, 7),))
    for key in ("plan", "waypoints"):
        with pytest.raises(BadPlan, match="jumps to item 7, and the plan has 1"):
            dump(nowhere, key)
