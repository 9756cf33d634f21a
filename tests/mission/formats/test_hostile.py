"""What strangers send: bombs, entities, endless numbers, broken bytes. Refused in a sentence, never anything else."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.formats import FORMATS, FenceArea, PlanFile, dump, load, read
from telemetry.errors import BadPlan
from telemetry.positions import Position
from telemetry.transfer.mission_items import MissionItem
from tests.mission.formats.plans import NAN

HOME = Position(lat=56.62, lon=23.28, alt_m=60)
WAY = tuple(MissionItem(16, 3, param4=NAN, lat=56.6 + n * 1e-3, lon=23.2, alt_m=50) for n in range(4))
ITEMS = (MissionItem(22, param4=NAN, alt_m=20), MissionItem(178, 2, 1, 5, -1), *WAY, MissionItem(20, 2))
FENCE = (FenceArea(((56.5, 23.1), (56.5, 23.3), (56.7, 23.3))), FenceArea(((56.6, 23.2),), False, 30.0))
PLAN = PlanFile("x", ITEMS, HOME, FENCE, (Position(lat=56.6, lon=23.2, alt_m=10),), 5.0)
KEYS = ("plan", "waypoints", "kmz", "kml", "gpx", "geojson")
VALID = {key: dump(PLAN, key).content for key in KEYS}
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><LineString><coordinates>{}</coordinates></LineString></Placemark></kml>'
GPX = '<gpx version="1.1"><rte><rtept lat="{}" lon="{}"><ele>{}</ele></rtept></rte></gpx>'


def zipped(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def line(points: str) -> bytes:
    return f'{{"type": "LineString", "coordinates": [{points}]}}'.encode()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.kmz", zipped(("wpmz/waylines.wpml", b" " * 30_000_000)), "no plan does"),
        ("x.kmz", zipped(("wpmz/waylines.wpml", b"<kml>" + b" " * 2_000_000)), "unpacks to 2,000,005 bytes out of"),
        ("x.kmz", zipped(*((f"wpmz/res/{n}", b"") for n in range(300))), "more than 200 files"),
        ("x.kmz", zipped(("../../etc/cron.d/x", b"x")), "leads out of the archive"),
        ("x.kmz", zipped(("/abs/waylines.wpml", b"x")), "leads out of the archive"),
        ("x.kmz", zipped(("C:\\waylines.wpml", b"x")), "leads out of the archive"),
        ("x.kmz", zipped(("inner.kmz", zipped(("a", b"a")))), "an archive in the archive"),
        ("x.kmz", zipped(("inner.bin", zipped(("a", b"a")))), "an archive in the archive"),
        ("x.kmz", VALID["kmz"][:-30], "not a whole ZIP archive"),
        ("x.kmz", VALID["kmz"][:200], "not a whole ZIP archive"),
        ("x.kmz", b"PK\x03\x04", "not a whole ZIP archive"),
        ("x.kmz", zipped(("readme.txt", b"x")), r"neither wpmz/waylines\.wpml nor a \.kml"),
        ("x.kml", (LAUGHS + KML.format("&b;")).encode(), "document type or entities"),
        ("x.kml", (OUTSIDE + KML.format("&a;")).encode(), "document type or entities"),
        ("x.gpx", (LAUGHS + GPX.format(1, 2, 3)).encode(), "document type or entities"),
        ("x.kmz", zipped(("doc.kml", (LAUGHS + KML.format("1,2")).encode())), "document type or entities"),
        ("x.kml", b"<kml>" * 100_000, "nested too deeply"),
        ("x.kml", b"<kml>" + b"<a/>" * 500_000 + b"</kml>", "more than 250,000 elements"),
        ("x.kml", b"\xff\xfe<\x00k\x00", "is not XML"),
        ("x.kml", b'<?xml version="1.0" encoding="klingon"?><kml/>', "is not XML"),
        ("x.kml", KML.format("23.2,56.6,nan").encode(), "not a number"),
        ("x.kml", KML.format("23.2,156.6").encode(), "off the globe"),
        ("x.kml", KML.format("23.2,56.6 " * 30_000).encode(), r"holds 20,00\d points"),
        ("x.gpx", GPX.format("1e999", 2, 3).encode(), "not a number that MAVLink can carry"),
        ("x.gpx", GPX.format(1, 2, "NaN").encode(), "not a number"),
        ("x.gpx", b"<gpx><wpt/></gpx>", "is not a number"),
        ("x.geojson", b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
        ("x.geojson", line("[23.2, 56.6, NaN]"), "holds the number NaN"),
        ("x.geojson", line("[23.2, 56.6, 1e999]"), "larger than any number"),
        ("x.geojson", line(",".join(["[1,2]"] * 1_000_000)), "more lists and numbers than any plan"),
        ("x.geojson", line(",".join(["[1,2]"] * 50_000)), "holds 50,000 points"),
        ("x.geojson", line("[23.2, 156.6]"), "off the globe"),
        ("x.geojson", b'{"type": "Topology"}', "not GeoJSON: Topology"),
        ("x.geojson", b'{"type": "Polygon", "coordinates": []}', "no line and no points"),
        ("x.plan", b'{"fileType": "Plan", "version": 1, "mission": {"version": 2, "items": [], "x": 1e999}}', "larger"),
        ("x.txt", b"QGC WPL 110\n" + b"0 0 3 16 0 0 0 0 1 1 1 1\n" * 700_000, "no vehicle takes more than 20,000"),
        ("x.txt", b"56.6\t23.2\n56.7\t23.3\n", "is a fence list"),
        ("x.txt", b"RALLY 56.6 23.2 100 40 0 0\n", "list of rally points"),
        ("x.txt", b"QGC WPL 100\n", "version 100; only 110"),
        ("x.txt", b"QGC WPL 110\n0 0 3 16 0 0 0 0 1 1 1\n", "line 2: 11 fields"),
        ("x.txt", b"QGC WPL 110\n0 0 3 16 0 0 0 0 nan 1 1 1\n", "line 2, x: not a number"),
        ("x.txt", b"QGC WPL 110\n0 0 3 16 0 0 0 0 1 1 inf 1\n", "line 2, z: not a number"),
        ("x.txt", b"QGC WPL 110\n0 0 3 16 0 0 0 0 1 1 1 1\n0 0 3 16 0 0 0 0 1 1 1 1\n", "index 0 comes after 0"),
        ("x.txt", b"hello", "does not begin with 'QGC WPL 110'"),
        ("x.waypoints", b"  \r\n", "is empty"),
        ("x.doc", b"x", r"x\.doc: no plan is read from"),
        ("plan", b"x", "no plan is read from"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else "",
)  # fmt: skip
def test_it_is_refused_by_file_place_and_reason(name: str, content: bytes, words: str) -> None:
    with pytest.raises(BadPlan, match=words) as refused:
        read(content, name)
    assert name in refused.value.message


def test_a_huge_file_a_folder_and_a_pipe_are_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.plan"
    with huge.open("wb") as file:
        file.truncate(100_000_000)
    (tmp_path / "folder.kml").mkdir()
    os.mkfifo(tmp_path / "pipe.gpx")
    for name, words in (("huge.plan", "larger than 20 MB"), ("folder.kml", "is no file"), ("pipe.gpx", "is no file")):
        with pytest.raises(BadPlan, match=words):
            load(tmp_path / name)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_mutated_files_give_a_plan_or_a_sentence(data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(KEYS))
    content = bytearray(VALID[key])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 1)))
        piece = data.draw(
            st.binary(max_size=3) | st.sampled_from((b"-", b"9e9", b"null", b"[", b"{}", b"<a/>", b"true"))
        )
        content[at : at + data.draw(st.integers(0, 6))] = piece
    try:
        assert isinstance(read(bytes(content), f"x.{key}"), PlanFile)
    except BadPlan as error:
        assert error.message.startswith("x.")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def replaced(document: object, way: list[int], value: object) -> object:
    """`document` with the value at the end of `way` put in place of whatever is there."""
    if not way or not isinstance(document, dict | list) or not document:
        return value
    if isinstance(document, list):
        at = way[0] % len(document)
        return [*document[:at], replaced(document[at], way[1:], value), *document[at + 1 :]]
    key = list(document)[way[0] % len(document)]
    return document | {key: replaced(document[key], way[1:], value)}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(("plan", "geojson")), st.lists(st.integers(0, 30), min_size=1, max_size=6), json_values)
def test_any_value_anywhere_in_a_json_plan_gives_a_plan_or_a_sentence(key: str, way: list[int], value: object) -> None:
    text = json.dumps(replaced(json.loads(VALID[key]), way, value))
    try:
        plan = read(text.encode(), f"x.{key}")
        for other in KEYS:
            dump(plan, other)
    except BadPlan:
        pass


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.text(max_size=6) | st.sampled_from(("1e999", "-1", "", "nan", "99999", "1,2", "é")))
def test_any_text_in_any_element_of_a_wayline_gives_a_plan_or_a_sentence(at: int, said: str) -> None:
    with zipfile.ZipFile(io.BytesIO(VALID["kmz"])) as archive:
        pieces = archive.read("wpmz/waylines.wpml").decode().split("</")
    at %= len(pieces)
    pieces[at] = pieces[at].rpartition(">")[0] + ">" + said
    try:
        plan = read(zipped(("wpmz/waylines.wpml", "</".join(pieces).encode("utf-8", "replace"))), "x.kmz")
        for other in KEYS:
            dump(plan, other)
    except BadPlan:
        pass


def test_every_format_has_a_reader_a_writer_and_a_media_type() -> None:
    assert set(FORMATS) == {".plan", ".waypoints", ".txt", ".kmz", ".kml", ".gpx", ".geojson", ".json"}
    assert all("/" in known.media_type for known in FORMATS.values())
