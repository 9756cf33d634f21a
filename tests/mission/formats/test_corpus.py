"""Files as the field's tools write them, one a line: what is read of each, and what is noted."""

import json
from dataclasses import replace

import pytest

from mission.formats import load, read
from mission.plans.files import plan_file_of
from mission.plans.geojson import to_geojson
from mission.routes.patterns import plan_pattern
from telemetry.errors import BadPlan
from telemetry.positions import Position
from tests.mission.areas import U_SHAPE
from tests.mission.areas import geojson as outline
from tests.mission.formats.plans import SAMPLES, same

ROW = "{}\t0\t{}\t16\t0.0\t0\t0\t0\t{}\t{}\t{}\t1"
HOMED = "\r\n".join(["QGC WPL 110", ROW.format(0, 0, 56.6, 23.2, 61), ROW.format(1, 3, 56.7, 23.3, 40)])
SPACED = "QGC WPL 110\n0 1 3 22 0 0 0 0 56.6 23.2 15.000000 1\n5 0 3 177 0 2 0 0 0 0 0 1\n\n\n"
LITCHI = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><LineString><altitudeMode>relativeToGround
</altitudeMode><coordinates>23.2,56.6,30 23.3,56.7,40
</coordinates></LineString></Placemark><Placemark><Point><coordinates>23.2,56.6,30</coordinates></Point></Placemark>
</Document></kml>"""
TRACK = """<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Placemark><gx:Track>
<altitudeMode>absolute</altitudeMode><gx:coord>23.2 56.6 130</gx:coord></gx:Track></Placemark></kml>"""
GARMIN = """<?xml version="1.0"?><gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1" creator="eTrex">
<wpt lat="1" lon="2"/><trk><trkseg><trkpt lat="56.6" lon="23.2"><ele>61.2</ele>
<time>2026-11-25T11:00:00Z</time></trkpt></trkseg>
</trk></gpx>"""
OLD_GPX = '<gpx xmlns="http://www.topografix.com/GPX/1/0" version="1.0"><wpt lat="56.6" lon="23.2"/></gpx>'
DJI = """<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:wpml="http://www.dji.com/wpmz/1.0.6"><Document>
<wpml:missionConfig><wpml:finishAction>autoLand</wpml:finishAction><wpml:takeOffSecurityHeight>1.2
</wpml:takeOffSecurityHeight></wpml:missionConfig><Folder>{}<wpml:autoFlightSpeed>4</wpml:autoFlightSpeed>
<Placemark><Point><coordinates>
 23.2,56.6
</coordinates></Point><wpml:index>0</wpml:index><wpml:{}>35</wpml:{}></Placemark></Folder></Document></kml>"""
MODE = "<wpml:executeHeightMode>{}</wpml:executeHeightMode>"
ELLIPSOID = DJI.format(MODE.format("WGS84"), "executeHeight", "executeHeight")
SURFACE = ELLIPSOID.replace("WGS84", "realTimeFollowSurface")
EMPTY = DJI.format("", "height", "height").replace("Placemark>", "x>")
TEMPLATE = DJI.format("<wpml:templateType>waypoint</wpml:templateType>", "height", "height")
MAPPING = DJI.format("<wpml:templateType>mapping2d</wpml:templateType>", "height", "height")


def geojson(kind: str, coordinates: object) -> str:
    return json.dumps({"type": kind, "coordinates": coordinates})


@pytest.mark.parametrize(
    ("name", "text", "commands", "heights", "note"),
    [
        ("x.waypoints", HOMED, [16], [40], "row 0 is taken for home"),
        ("x.txt", SPACED, [22, 177], [15, 0], ""),
        ("x.kml", LITCHI, [16, 16], [30, 40], "1 point beside the line"),
        ("x.kml", LITCHI.replace("relativeToGround", "clampToGround"), [16, 16], [50, 50], "2 points without a height"),
        ("x.kml", TRACK, [16], [130], "path"),
        ("x.kml", TEMPLATE, [22, 178, 16, 21], [1.2, 0, 35, 0], ""),
        ("x.wpml", ELLIPSOID, [22, 178, 16, 21], [1.2, 0, 35, 0], "20 to 25 m"),
        ("x.wpml", SURFACE, [22, 178, 16, 21], [1.2, 0, 35, 0], ""),
        ("x.gpx", GARMIN, [16], [61.2], "1 waypoint beside"),
        ("x.gpx", OLD_GPX, [16], [50], "1 point without a height"),
        ("x.geojson", geojson("LineString", [[23.2, 56.6], [23.3, 56.7]]), [16, 16], [50, 50], "without a height"),
        ("x.json", geojson("MultiPoint", [[23.2, 56.6, 30]]), [16], [30], "metres above home"),
        ("x.geojson", "\ufeff" + geojson("Point", [23.2, 56.6, 30]), [16], [30], "path"),
    ],
)  # fmt: skip
def test_it_is_read(name: str, text: str, commands: list[int], heights: list[float], note: str) -> None:
    plan = read(text.encode(), name)
    assert [item.command for item in plan.items] == commands
    assert [item.alt_m for item in plan.items] == heights
    assert any(note in str(sentence) for sentence in plan.notes) or not note


@pytest.mark.parametrize("text", [MAPPING, EMPTY])
def test_a_dji_template_that_is_no_route_says_where_the_route_is(text: str) -> None:
    with pytest.raises(Exception, match=r"is a DJI template .* give the whole KMZ"):
        read(text.encode(), "x.kml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<wpml:index>0<", "<wpml:index>1<", "indices run from 0 without gaps"),
        (">1.2\n", ">0.5\n", "0.5 m is not between 1.2 and 1,500"),
        ("Speed>4<", "Speed>0<", "0 m/s is no speed"),
        ("autoLand", "explode", "finishAction: 'explode'"),
        ("relativeToStartPoint", "AMSL", "height mode is 'AMSL'"),
        ("<wpml:executeHeight>35</wpml:executeHeight>", "", "executeHeight is missing"),
        ("23.2,56.6", "23.2", "not longitude,latitude"),
    ],
)
def test_a_wayline_against_djis_rules_is_refused(old: str, new: str, words: str) -> None:
    text = DJI.format(MODE.format("relativeToStartPoint"), "executeHeight", "executeHeight")
    assert old in text
    with pytest.raises(Exception, match=rf"^x\.wpml.*{words}"):
        read(text.replace(old, new).encode(), "x.wpml")


@pytest.mark.parametrize(
    ("pattern", "shape", "wishes"),
    [
        ("survey", outline(U_SHAPE), {"spacing_m": 40}),
        ("structure", {"type": "Point", "coordinates": [23.28, 56.62]}, {}),
        ("overwatch", {"type": "Point", "coordinates": [23.28, 56.62]}, {"minutes_min": 3}),
    ],
)
def test_a_route_that_vanagas_plan_wrote_is_the_mission_that_it_writes(
    pattern: str, shape: dict[str, object], wishes: dict[str, object]
) -> None:
    route = plan_pattern(pattern, shape, wishes, home=Position(lat=56.6195, lon=23.279))
    back = read(json.dumps(to_geojson(route)).encode(), "x.geojson")
    same(replace(plan_file_of(route, "x"), fence=(), rally=()), back)
    assert back.speed_m_s == pytest.approx(route.summary.speed_m_s)


def test_a_route_of_several_sorties_is_not_read_as_one_mission() -> None:
    mast = {"type": "Point", "coordinates": [23.28, 56.62]}
    route = plan_pattern("overwatch", mast, {"minutes_min": 60}, home=Position(lat=56.6195, lon=23.279))
    with pytest.raises(BadPlan, match="holds 3 sorties, each a mission of its own"):
        read(json.dumps(to_geojson(route)).encode(), "x.geojson")


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("waypoints/dronekit_mpmission.txt", 6),
        ("waypoints/mavsdk_mission_planner_sample.txt", 4),
        ("wpml/waygen_example.kmz", 27),
        ("wpml/waygen_waylines.wpml", 27),
    ],
)
def test_real_files_are_read(name: str, count: int) -> None:
    assert len(load(SAMPLES / name).items) == count


EVENLY = """<wpml:actionGroup><wpml:actionGroupStartIndex>0</wpml:actionGroupStartIndex>
<wpml:actionGroupEndIndex>1</wpml:actionGroupEndIndex><wpml:actionTrigger>
<wpml:actionTriggerType>betweenAdjacentPoints</wpml:actionTriggerType></wpml:actionTrigger><wpml:action>
<wpml:actionActuatorFunc>gimbalEvenlyRotate</wpml:actionActuatorFunc><wpml:actionActuatorFuncParam>
<wpml:gimbalPitchRotateAngle>-60</wpml:gimbalPitchRotateAngle></wpml:actionActuatorFuncParam></wpml:action>
</wpml:actionGroup>"""


def test_a_gimbal_turned_evenly_is_turned_at_the_waypoint_and_called_a_likeness() -> None:
    first, rest = SURFACE.split("</Placemark>")
    second = first[first.index("<Placemark>") :].replace("23.2,56.6", "23.3,56.6").replace("index>0<", "index>1<")
    plan = read((first + EVENLY + "</Placemark>" + second + "</Placemark>" + rest).encode(), "x.wpml")
    assert [item.command for item in plan.items] == [22, 178, 16, 16, 205, 21]
    assert (plan.items[4].param1, plan.items[4].alt_m) == (-60, 2)
    assert any("gimbalEvenlyRotate (1 time) becomes a turn of the gimbal" in str(note) for note in plan.notes)
