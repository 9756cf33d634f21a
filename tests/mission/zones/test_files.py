"""Zones out of files: every feature is a draft or refused with its reason; hostile files are refused whole."""

import json
from typing import Any

import pytest

from mission.zones.files import read_zones
from telemetry.cities import City
from telemetry.errors import BadInput
from tests.mission.areas import HOLE, RECTANGLE, SQUARE, geojson


def feature(geometry: object, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def kml(*placemarks: str, head: str = "") -> bytes:
    return (
        f'{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{"".join(placemarks)}</Document></kml>'.encode()
    )


def placemark(name: str, *rings: Any) -> str:
    texts = [" ".join(f"{lon},{lat},0" for lon, lat in ring) for ring in rings]
    edges = [f"<outerBoundaryIs><LinearRing><coordinates>{texts[0]}</coordinates></LinearRing></outerBoundaryIs>"]
    edges += [
        f"<innerBoundaryIs><LinearRing><coordinates>{text}</coordinates></LinearRing></innerBoundaryIs>"
        for text in texts[1:]
    ]
    return f"<Placemark><name>{name}</name><Polygon>{''.join(edges)}</Polygon></Placemark>"


def test_features_carry_their_name_priority_and_wishes() -> None:
    attention = {"revisit_min": 120, "dwell_min": 20, "served_by": ["drone"]}
    data = collection(feature(geojson(RECTANGLE), name="Yard", priority=5, attention=attention, colour="red"))
    (draft,), refused = read_zones(data, "zones.geojson", City("dobele"))
    assert (draft.name, draft.wishes.priority, draft.wishes.attention.revisit_min, refused) == ("Yard", 5, 120, [])


def test_each_feature_that_cannot_be_a_zone_is_refused_with_its_place_and_reason() -> None:
    swapped = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in geojson(SQUARE)["coordinates"][0]]]}
    data = collection(
        feature(geojson(RECTANGLE), name="Yard"), feature(swapped, name="Field"), feature(geojson(SQUARE), priority=9)
    )
    drafts, refused = read_zones(data, "zones.geojson", City("dobele"))
    assert [draft.name for draft in drafts] == ["Yard"]
    assert [refusal.feature for refusal in refused] == ["feature 2, Field", "feature 3"]
    assert "latitude and longitude exchanged" in refused[0].reason
    assert "priority" in refused[1].reason


def test_a_multipolygon_is_several_zones() -> None:
    both = {"type": "MultiPolygon", "coordinates": [geojson(RECTANGLE)["coordinates"], geojson(HOLE)["coordinates"]]}
    drafts, _ = read_zones(collection(feature(both, name="Park")), "park.json", City("dobele"))
    assert [draft.name for draft in drafts] == ["Park 1", "Park 2"]


def test_a_kml_polygon_keeps_its_hole() -> None:
    rings = geojson(SQUARE, HOLE)["coordinates"]
    (draft,), _ = read_zones(kml(placemark("Ring", *rings)), "ring.kml", City("dobele"))
    assert (draft.name, [len(ring) for ring in draft.polygon["coordinates"]]) == ("Ring", [5, 5])


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("<Placemark><name>Pin</name><Point><coordinates>23,56</coordinates></Point></Placemark>", "not a Polygon"),
        (placemark("Typo", [("23.28", "56,62"), ("x", "56.6"), ("23.3", "56.7")]), "not a [longitude, latitude]"),
        ("<Placemark><Polygon></Polygon></Placemark>", "no rings"),
    ],
)
def test_a_placemark_that_cannot_be_a_zone_is_refused(mark: str, words: str) -> None:
    drafts, (refusal,) = read_zones(kml(mark), "marks.kml", City("dobele"))
    assert (drafts, words in refusal.reason) == ([], True), refusal.reason


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b"{}", "neither .geojson nor .kml"),
        ("a.geojson", b"\xff\xfe{", "not UTF-8"),
        ("a.geojson", b"[" * 100_000, "deeply|not JSON|more lists"),
        ("a.geojson", collection(), "nothing to import"),
        ("a.geojson", b"{}", "JSON but not GeoJSON"),
        ("a.geojson", b"[1]", "JSON but not GeoJSON"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": 3}', "without a list"),
        ("a.geojson", collection(*[feature(None)] * 501), "more than 500"),
        ("a.geojson", b" " * 5_000_001, "larger than 5 MB"),
        ("a.kml", b"<kml>", "is not XML"),
        ("a.kml", kml(head='<!DOCTYPE kml [<!ENTITY a "b">]>'), "document type or entities"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(name: str, data: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        read_zones(data, name, City("dobele"))


def test_an_open_ring_and_a_hole_at_the_edge_do_not_refuse_a_zone() -> None:
    west, south = 23.28, 56.62
    ring = [[west, south], [west + 0.003, south], [west + 0.003, south + 0.002], [west, south + 0.002]]
    hole = [[west, south + 0.0005], [west + 0.001, south + 0.0005], [west + 0.001, south + 0.001],
            [west, south + 0.001], [west, south + 0.0005]]  # fmt: skip
    features = [feature({"type": "Polygon", "coordinates": rings}) for rings in ([ring], [[*ring, ring[0]], hole])]
    drafts, refused = read_zones(collection(*features), "zones.geojson", City("dobele"))
    assert (len(drafts), refused) == (2, [])
