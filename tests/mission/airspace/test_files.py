"""Zone files: both formats read and written, and whatever is unclear refused in words or kept at its worst."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mission.airspace.applicability import Applicability, SunEvent
from mission.airspace.evaluate import Airspace
from mission.airspace.files import ZoneFile, load_zones, read_zones, write_zones
from mission.airspace.heights import HeightReference, LengthUnit
from mission.airspace.zones import Circle, Restriction, UasZone, ZoneFormat
from mission.zones.attention import Weekday
from telemetry.errors import BadInput
from tests.mission.airspace.builders import LAT, LON, RING, ed269, ed318, file_of, meets, volume

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "drone"
SWAPPED = [[lat, lon] for lon, lat in RING]
BOW_TIE = [RING[0], RING[2], RING[1], RING[3], RING[0]]


def read(*features: Any, keep_unclear: bool = False, languages: tuple[str, ...] = (), **head: Any) -> ZoneFile:
    return read_zones(file_of(*features, **head), "zones.json", keep_unclear=keep_unclear, languages=languages)


def one(feature: dict[str, Any], **more: Any) -> UasZone:
    return read(feature, **more).zones[0]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def hours(**entry: Any) -> dict[str, Any]:
    return ed269(applicability=[{"permanent": "NO", "schedule": [entry]}])


def test_a_zone_of_ed_269_keeps_what_it_says() -> None:
    zone = one(
        ed269(message="Stay out", restrictionConditions=["a", "b"], regulationExemption="NO", uSpaceClass="OPEN")
    )
    assert (zone.restriction, zone.conditions, zone.message) == (Restriction.PROHIBITED, "a; b", "Stay out")
    assert (zone.exemption, zone.uspace_classes, zone.reasons) == (False, ("OPEN",), ("SENSITIVE",))
    assert zone.authorities[0].interval_before == timedelta(days=3, hours=12)
    assert zone.always


def test_the_other_root_and_its_daily_period_are_read() -> None:
    feature = hours(day=["SAT"], startTime="17:00Z", endTime="23:59:59.00Z")
    feature["applicability"][0]["dailyPeriod"] = feature["applicability"][0].pop("schedule")
    file = read_zones(json.dumps({"UASZoneList": [feature]}).encode(), "cis.json")
    period = file.zones[0].applicability[0].schedule[0]
    assert (period.days, period.begins) == (frozenset({Weekday.SAT}), time(17, tzinfo=UTC))


def test_a_radius_in_feet_is_in_feet() -> None:
    zone = one(
        ed269(outline={"type": "Circle", "center": [LON, LAT], "radius": "1000"}, limits={"uomDimensions": "FT"})
    )
    assert zone.volumes[0].shape == Circle(LAT, LON, 1_000, LengthUnit.FT)


@pytest.mark.parametrize("upper", [None, 99_999, "99999"])
def test_an_upper_limit_of_nothing_or_99999_is_none(upper: object) -> None:
    assert one(ed269(limits={"upperLimit": upper, "lowerLimit": "0"})).volumes[0].upper.metres == float("inf")


def test_a_circle_of_ed_318_is_a_point_with_an_extent_in_metres() -> None:
    layer = {"lower": 0, "lowerReference": "AGL", "upper": 300, "upperReference": "WGS84", "uom": "ft"}
    point = {"type": "Point", "coordinates": [LON, LAT], "extent": {"subType": "Circle", "radius": 400}, "layer": layer}
    zone = one(
        ed318(geometry={"type": "GeometryCollection", "geometries": [point, {**point, "coordinates": [LON, 57]}]})
    )
    assert [v.shape for v in zone.volumes] == [Circle(LAT, LON, 400), Circle(57, LON, 400)]
    assert (zone.volumes[0].upper.reference, zone.volumes[0].upper.metres) == (HeightReference.WGS84, 300 * 0.3048)


def test_ed_318_without_limits_in_time_is_always_and_with_the_sun_by_day() -> None:
    assert one(ed318()).always
    by_day = {"day": ["ANY"], "startEvent": "BMCT", "endEvent": "EECT"}
    zone = one(ed318(limitedApplicability=[{"schedule": [by_day]}]))
    assert (zone.applicability[0].schedule[0].begins, zone.applicability[0].schedule[0].ends) == (
        SunEvent.BMCT,
        SunEvent.EECT,
    )


def test_u_space_asks_for_an_authorisation() -> None:
    zone = one(ed318(type="USPACE"))
    assert (zone.restriction, zone.published_as) == (Restriction.REQ_AUTHORISATION, "USPACE")


@pytest.mark.parametrize(("languages", "name"), [(("lv",), "Pagalms"), (("lt",), "Yard"), ((), "Yard")])
def test_the_towns_language_comes_before_english(languages: tuple[str, ...], name: str) -> None:
    texts = [{"text": "Hof", "lang": "de-CH"}, {"text": "Yard", "lang": "en-GB"}, {"text": "Pagalms", "lang": "lv-LV"}]
    assert one(ed318(name=texts), languages=languages).name == name


UNCLEAR = [
    (ed269(restriction="FORBIDDEN"), "'FORBIDDEN' is no restriction"),
    (ed269(limits={"uomDimensions": "NM"}), "'NM' is no unit"),
    (ed269(limits={"upperLimit": "FL65"}), "'FL65' is no height"),
    (ed269(limits={"upperLimit": 50, "upperVerticalReference": "QFE"}), "'QFE' is no reference"),
    (ed269(limits={"lowerLimit": 200}), "not above where it begins"),
    (ed269(limits={"lowerLimit": 99_999}), "no height to begin at"),
    (ed269(applicability=["sometimes"]), "should be an object"),
    (ed269(applicability=[{"permanent": "MAYBE"}]), "neither YES nor NO"),
    (ed269(applicability=[{"startDateTime": "2030-01-01T00:00:00"}]), "no offset"),
    (ed269(applicability=[{"startDateTime": "soon"}]), "no date with a time"),
    (
        ed269(applicability=[{"startDateTime": "2031-01-01T00:00Z", "endDateTime": "2030-01-01T00:00Z"}]),
        "before it begins",
    ),
    (hours(day=["SAT"], startTime="17:00", endTime="18:00"), "'17:00' has no offset"),
    (hours(day=["SAT"], startTime="noon", endTime="18:00Z"), "'noon' is no hour"),
    (hours(day=["HOL"], startTime="01:00Z", endTime="02:00Z"), "HOL is no day"),
    (ed269(outline=polygon(BOW_TIE[:-1])), "not closed"),
    (ed318(layer={"uom": "fathoms"}), "'fathoms' is no unit"),
    (ed318(geometry=polygon(RING)), "heights are not known"),
    (ed318(limitedApplicability=[{"schedule": [{"day": ["MON"], "startEvent": "NOON"}]}]), "no sun event"),
    (
        ed318(limitedApplicability=[{"schedule": [{"startEvent": "SR", "startTime": "01:00Z", "endEvent": "SS"}]}]),
        "stands beside an hour",
    ),
]


@pytest.mark.parametrize(("feature", "words"), UNCLEAR)
def test_an_unclear_zone_refuses_its_file_in_words(feature: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=r"zones\.json is not taken.*zone 1 \(LVX1\).*") as refused:
        read(feature)
    assert words in refused.value.message


@pytest.mark.parametrize(("feature", "words"), UNCLEAR)
def test_kept_on_request_it_blocks_at_its_worst(feature: dict[str, Any], words: str) -> None:
    file = read(feature, keep_unclear=True)
    found = file.zones[0]
    assert found.restriction is Restriction.PROHIBITED
    assert any(words in str(remark) for remark in found.remarks)
    assert any(words in str(remark) for remark in file.remarks)
    assert meets(found, volume(lower=71, upper=72, begins=datetime(2026, 1, 5, 3, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("outline", "words"),
    [
        (None, "is no outline"),
        (polygon(), "it has no corners"),
        (polygon([]), "it has no corners"),
        (polygon([[LON, LAT], ["x", LAT], [LON, LAT]]), "no .longitude, latitude. pair"),
        (polygon(SWAPPED), "latitude and longitude are exchanged"),
        (polygon([[LON, 95], [LON, 96], [LON + 1, 96], [LON, 95]]), "off the globe"),
        (polygon([[LON, LAT], [LON + 1, LAT], [LON, LAT]]), "make no area"),
        (polygon([[-60, 40], [60, 40], [60, 70], [-60, 70], [-60, 40]]), "the largest is 40"),
        (polygon([[0, 80], [120, 80], [-120, 80], [0, 80]]), "round a pole"),
        ({"type": "LineString", "coordinates": RING}, "is no outline of a zone"),
        ({"type": "Circle", "center": [LON, LAT], "radius": 0}, "0 is no radius"),
        ({"type": "Circle", "center": [LON, LAT], "radius": None}, "is no radius"),
        ({"type": "Circle", "center": [LON, LAT], "radius": 900_000}, "the largest is 200 km"),
        ({"type": "Circle", "center": [LAT, LON], "radius": 900}, "exchanged"),
        ({"type": "Circle", "center": [0, 89], "radius": 900}, "too near a pole"),
    ],
)
@pytest.mark.parametrize("keep_unclear", [True, False])
def test_an_outline_that_cannot_be_drawn_refuses_the_file_always(
    outline: dict[str, Any] | None, words: str, keep_unclear: bool
) -> None:
    broken = ed269(outline=outline or {"type": None, "coordinates": [RING]}, identifier="LVX2")
    with pytest.raises(BadInput, match=rf"zone 2 \(LVX2\): geometry 1.*{words}"):
        read(ed269(), broken, keep_unclear=keep_unclear)


def test_one_broken_zone_among_a_thousand_is_never_left_out() -> None:
    many = [ed269(identifier=f"LV{n}") for n in range(1_000)]
    many[617] = ed269(identifier="LV617", restriction="?", limits={"upperLimit": "FL65"})
    with pytest.raises(BadInput, match=r"zone 618 \(LV617\).*zone 618 \(LV617\)"):
        read(*many)
    assert len(read(*many, keep_unclear=True).zones) == 1_000


def test_an_outline_that_crosses_itself_is_all_that_it_surrounds() -> None:
    file = read(ed269(outline=polygon(BOW_TIE)))
    assert "crosses itself" in str(file.remarks[0])
    for west in (0.001, 0.0085):
        assert meets(file.zones[0], volume(west, 0.0045, 0.0005))


def test_the_hole_of_an_outline_that_crosses_itself_is_not_trusted() -> None:
    hole = [[lon * 0.5 + (LON + 0.005) * 0.5, lat * 0.5 + (LAT + 0.005) * 0.5] for lon, lat in RING]
    assert not meets(one(ed269(outline=polygon(RING, hole))), volume(0.0045, 0.0045))
    outside = [[lon + 0.008, lat] for lon, lat in hole]
    assert meets(one(ed269(outline=polygon(RING, outside))), volume(0.0095, 0.0045))


def test_an_open_ring_is_closed_where_nothing_else_can_be_meant() -> None:
    file = read(ed269(outline=polygon(RING[:-1])))
    assert file.zones[0].volumes == read(ed269(outline=polygon(RING))).zones[0].volumes
    assert tuple(map(str, file.zones[0].remarks)) == (
        "geometry 1, ring 1 is not closed; its last corner is joined to its first",
    )


def test_a_hole_that_touches_the_edge_is_cut_out() -> None:
    west, south = RING[0]
    hole = [[west, south + 0.003], [west + 0.004, south + 0.003], [west + 0.004, south + 0.006],
            [west, south + 0.006], [west, south + 0.003]]  # fmt: skip
    file = read(ed269(outline=polygon(RING, hole)))
    assert "holes that touch its edge" in str(file.zones[0].remarks[0])
    assert not meets(file.zones[0], volume(0.0015, 0.0045, 0.0005))
    assert meets(file.zones[0], volume(0.0085, 0.0045, 0.0005))


def test_permanent_with_hours_is_taken_as_permanent_and_said() -> None:
    feature = ed269(applicability=[{"permanent": "YES", "schedule": [{"day": ["SAT"], "startTime": "17:00Z"}]}])
    file = read(feature)
    assert file.zones[0].always
    assert "taken as permanent" in str(file.remarks[0])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not JSON: line 1"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b"[]", "holds no UAS zones"),
        (b'{"features": {}}', "holds no UAS zones"),
        (b'{"features": []}', "would open the whole sky"),
        (b'{"features": [7]}', "zone 1: it should be an object"),
        (b'{"features": [NaN]}', "the number NaN"),
        (b'{"features": [1e999]}', "larger than any number"),
        (b"[" * 200_000, "is not JSON that can be read"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature"}]}', "it should be a geometry"),
    ],
)
def test_what_is_no_zone_file_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=r"zones\.json") as refused:
        read_zones(content, "zones.json")
    assert words in refused.value.message


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(BadInput, match=r"nowhere\.json cannot be read: No such file"):
        load_zones(Path("nowhere.json"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["identifier", "restriction", "applicability", "geometry", "zoneAuthority", "reason", "uSpaceClass", "message"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_no_field_makes_a_reader_stumble_or_lose_the_zone(changes: dict[str, Any], keep: bool) -> None:
    for feature in ({**ed269(), **changes}, ed318(**{**changes, "limitedApplicability": changes.get("applicability")})):
        try:
            file = read(feature, keep_unclear=keep)
        except BadInput:
            continue
        assert len(file.zones) == 1
        Airspace(file.zones).findings([volume()])


PERIODS = [{"startDateTime": "2026-05-01T00:00:00Z", "schedule": [
    {"day": ["SAT", "SUN"], "startTime": "17:00:00Z", "endTime": "02:30:00Z"}]}]  # fmt: skip


@pytest.mark.parametrize("kind", list(ZoneFormat))
def test_written_and_read_again_the_values_are_the_same(kind: ZoneFormat, tmp_path: Path) -> None:
    circle = {"type": "Circle", "center": [LON, LAT], "radius": 1_500}
    native = ed269(applicability=[{"permanent": "NO", **PERIODS[0]}], outline=circle, extendedProperties={"own": 1})
    events = [{"day": ["ANY"], "startEvent": "SR", "endEvent": "SS"}]
    first = {
        ZoneFormat.ED269: read(native, ed269(limits={"uomDimensions": "FT", "upperLimit": None}), synthetic=True),
        ZoneFormat.ED318: read(
            ed318(limitedApplicability=PERIODS, dataSource={"author": "a"}),
            ed318(limitedApplicability=[{"schedule": events}], layer={"upperReference": "WGS84", "uom": "ft"}),
            metadata={"issued": "2026-05-01T00:00:00+02:00", "validTo": "2026-07-01T00:00:00Z"},
        ),
    }[kind]
    assert write_zones(tmp_path / "out.json", first, kind) == ()
    again = load_zones(tmp_path / "out.json")
    assert again.zones == first.zones
    assert [zone.kept for zone in again.zones] == [zone.kept for zone in first.zones]
    assert (again.issued, again.valid_until, again.synthetic) == (first.issued, first.valid_until, first.synthetic)


def test_what_ed_269_cannot_hold_is_said_and_never_made_smaller(tmp_path: Path) -> None:
    events = [{"schedule": [{"day": ["SAT"], "startEvent": "SS", "endEvent": "SR"}]}]
    texts = [{"text": "Yard", "lang": "en"}, {"text": "Pagalms", "lang": "lv"}]
    heights = {"lower": 150, "lowerReference": "WGS84", "upper": 200, "upperReference": "WGS84"}
    feature = ed318(type="USPACE", name=texts, reason=["DAR"], limitedApplicability=events, layer=heights)
    first = read(feature, metadata={"issued": "2026-05-01T00:00:00Z"})
    losses = " ".join(str(lost) for lost in write_zones(tmp_path / "out.json", first, ZoneFormat.ED269))
    for words in ("USPACE", "DAR", "by the sun", "ellipsoid", "one language", "dates of issue"):
        assert words in losses
    again = load_zones(tmp_path / "out.json").zones[0]
    low, high = again.volumes[0].lower, again.volumes[0].upper
    assert (low.value, high.value, low.reference) == (150 - 35, 200 - 15, HeightReference.AMSL)
    assert meets(again, volume(lower=120, upper=130, begins=datetime(2026, 6, 6, 12, tzinfo=UTC)))


def test_from_ed_269_to_ed_318_and_back_nothing_of_the_zone_changes(tmp_path: Path) -> None:
    circle = {"type": "Circle", "center": [LON, LAT], "radius": 1_500}
    feature = ed269(applicability=[{"permanent": "NO", **PERIODS[0]}], outline=circle, limits={"uomDimensions": "FT"})
    first = read(feature, uSpaceClass=["OPEN"])
    write_zones(tmp_path / "318.json", first, ZoneFormat.ED318)
    write_zones(tmp_path / "269.json", load_zones(tmp_path / "318.json"), ZoneFormat.ED269)
    before, after = first.zones[0], load_zones(tmp_path / "269.json").zones[0]
    assert after.applicability == before.applicability
    assert after.authorities[0].interval_before == before.authorities[0].interval_before
    assert isinstance(after.volumes[0].shape, Circle)
    assert after.volumes[0].shape.radius_m == pytest.approx(1_500 * 0.3048)
    assert (after.volumes[0].lower, after.volumes[0].upper) == (before.volumes[0].lower, before.volumes[0].upper)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside the repository")
@pytest.mark.parametrize(
    ("name", "zones", "unlimited"),
    [
        ("ed269/interuss_che_cis_source_sample_ed269.json", 1, 1),
        ("ed269/interuss_geo-awareness-che-1.json", 6, 0),
        ("ed318/interuss_che_cis_source_sample_ed318.json", 3, 3),
    ],
)
def test_every_sample_is_read_without_anything_unclear_and_written_again(
    name: str, zones: int, unlimited: int, tmp_path: Path
) -> None:
    file = load_zones(SAMPLES / name, languages=["fr"])
    assert len(file.zones) == zones
    assert sum(v.upper.metres == float("inf") for zone in file.zones for v in zone.volumes) == unlimited
    assert not [remark for remark in file.remarks if "longer than the 7" not in str(remark)]
    write_zones(tmp_path / "again.json", file, file.format)
    assert load_zones(tmp_path / "again.json", languages=["fr"]).zones == file.zones
    if file.format is ZoneFormat.ED318:
        assert json.loads((tmp_path / "again.json").read_text()) == json.loads((SAMPLES / name).read_text())


def test_a_schedule_that_is_empty_is_no_schedule() -> None:
    period = {"permanent": "NO", "startDateTime": "2026-05-01T00:00:00Z", "dailyPeriod": [
        {"day": [], "startTime": None, "endTime": None}]}  # fmt: skip
    assert one(ed269(applicability=[period])).applicability == (Applicability(datetime(2026, 5, 1, tzinfo=UTC)),)
