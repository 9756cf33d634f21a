"""Areas come out of the files that maps and surveyors' programs write, and the one that is meant is picked."""

import io
import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import Polygon
from shapely.geometry import shape

from mission.zones.areas import load_shape
from mission.zones.geometry import read_area
from telemetry.errors import BadInput

CASES = Path(__file__).parents[4] / "shared/samples/cases/planning"
RING = [(23.31, 55.93), (23.312, 55.93), (23.312, 55.931), (23.31, 55.931), (23.31, 55.93)]
OTHER = [(lon + 0.01, lat) for lon, lat in RING]
HOLE = [(23.3105, 55.9302), (23.3105, 55.9304), (23.311, 55.9304), (23.311, 55.9302), (23.3105, 55.9302)]
TO_GRID = Transformer.from_crs(4326, 3346, always_xy=True)
"""LKS 94, Lithuania's grid."""


def placemark(name: str, ring: list[tuple[float, float]]) -> str:
    places = " ".join(f"{lon},{lat},0" for lon, lat in ring)
    edge = f"<outerBoundaryIs><LinearRing><coordinates>{places}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>{name}</name><Polygon>{edge}</Polygon></Placemark>"


def kml(*placemarks: str) -> bytes:
    head = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
    return f"{head}{''.join(placemarks)}</Document></kml>".encode()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def as_kml(path: Path) -> None:
    path.write_bytes(kml(placemark("Park", RING)))


def as_kmz(path: Path) -> None:
    path.write_bytes(zipped({"doc.kml": kml(placemark("Park", RING))}))


def as_dji_mapping(path: Path) -> None:
    mission = kml(placemark("Park", RING)).replace(b"<Document>", b"<Document><templateType>mapping2d</templateType>")
    path.write_bytes(zipped({"wpmz/template.kml": mission, "wpmz/waylines.wpml": b"<kml/>"}))


def as_plan(path: Path) -> None:
    survey = {"type": "ComplexItem", "complexItemType": "survey", "polygon": [[lat, lon] for lon, lat in RING[:-1]]}
    path.write_text(json.dumps({"fileType": "Plan", "mission": {"items": [{"type": "SimpleItem"}, survey]}}))


def as_geopackage(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)")
        file.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id, definition)")
        file.execute("INSERT INTO gpkg_geometry_columns VALUES ('parks', 'geom', 3346)")
        file.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (3346, 'EPSG', 3346, '')")
        file.execute('CREATE TABLE parks (fid INTEGER, "name" TEXT, geom BLOB)')
        grid = Polygon([TO_GRID.transform(*place) for place in RING])
        blob = b"GP\0\x01" + struct.pack("<i", 3346) + shapely.to_wkb(grid)
        file.execute("INSERT INTO parks VALUES (1, 'Park', ?)", (blob,))
    file.close()


def record(number: int, *rings: list[tuple[float, float]]) -> bytes:
    """A polygon record: shells clockwise, as the format wants them."""
    places = [TO_GRID.transform(*place) for ring in rings for place in ring]
    starts = [sum(len(ring) for ring in rings[:n]) for n in range(len(rings))]
    body = struct.pack("<i4d2i", 5, 0, 0, 0, 0, len(rings), len(places))
    body += struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<2d", *place) for place in places)
    return struct.pack(">2i", number, len(body) // 2) + body


def as_shapefile(path: Path) -> None:
    shp = struct.pack(">i", 9994) + bytes(96) + record(1, RING[::-1], HOLE[::-1]) + record(2, OTHER[::-1])
    field = b"NAME".ljust(11, b"\0") + b"C" + bytes(4) + bytes([10]) + bytes(15)
    dbf = b"\x03\0\0\0" + struct.pack("<IHH", 2, 65, 11) + bytes(20) + field + b"\r" + b" Park      " + b" Other     "
    prj = CRS.from_epsg(3346).to_wkt("WKT1_ESRI").encode()
    path.write_bytes(zipped({"parks.shp": shp, "parks.dbf": dbf, "parks.prj": prj, "parks.shx": b""}))


def area_of(path: Path, feature: str | None = None) -> Polygon:
    return read_area(load_shape(path, feature), path.name)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("park.kml", as_kml),
        ("park.kmz", as_kmz),
        ("mission.kmz", as_dji_mapping),
        ("park.plan", as_plan),
        ("park.gpkg", as_geopackage),
    ],
)
def test_the_area_of_each_kind_of_file_is_the_same(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    assert area_of(tmp_path / name).equals_exact(shapely.orient_polygons(Polygon(RING)), 1e-8, normalize=True)


def test_a_zipped_shapefile_has_its_names_its_holes_and_its_grid(tmp_path: Path) -> None:
    as_shapefile(tmp_path / "parks.zip")
    park = area_of(tmp_path / "parks.zip", "park")
    assert park.equals_exact(shapely.orient_polygons(Polygon(RING, [HOLE])), 1e-8, normalize=True)
    assert area_of(tmp_path / "parks.zip", "2").centroid.x == pytest.approx(23.321)


def test_of_several_areas_one_is_picked_by_name_or_number(tmp_path: Path) -> None:
    path = tmp_path / "parks.kml"
    path.write_bytes(kml(placemark("Park", RING), placemark("Other", OTHER)))
    assert area_of(path, "other").equals(area_of(path, "2"))
    with pytest.raises(BadInput, match=r"holds 2 features; .* pick one with --feature: 1 Park, 2 Other"):
        load_shape(path)
    with pytest.raises(BadInput, match=r"no feature 'Lake'; there are 1 Park, 2 Other"):
        load_shape(path, "Lake")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.zip", zipped({"a.txt": b"x"}), "holds 0 shapefiles"),
        ("a.zip", zipped({"a.shp": struct.pack(">i", 9994) + bytes(96)}), "has no .prj"),
        ("a.zip", zipped({"a.shp": b"123", "a.prj": CRS.from_epsg(3346).to_wkt().encode()}), "cut off or damaged"),
        ("a.shp", b"x", "zip the .shp together"),
        ("a.gpkg", b"not a database, but long enough to look like one" * 10, "cannot be read as a GeoPackage"),
        ("a.kmz", zipped({"a.txt": b"x"}), "holds no .kml"),
        ("a.kml", kml(), "holds no area, line or point"),
        ("a.plan", b'{"fileType": "Plan", "mission": {"items": []}}', "holds no survey, corridor or structure scan"),
    ],
)
def test_a_file_without_an_area_is_refused_in_words(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        load_shape(tmp_path / name)


def geojson(path: Path, *rings: Any) -> Path:
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [list(map(list, ring)) for ring in rings]}))
    return path


def test_an_open_ring_is_closed(tmp_path: Path) -> None:
    assert area_of(geojson(tmp_path / "a.json", RING[:-1])).equals(Polygon(RING))


def test_an_open_ring_that_would_cross_itself_is_refused(tmp_path: Path) -> None:
    crossed = [RING[0], RING[2], RING[1], RING[3]]
    with pytest.raises(BadInput, match="is not closed"):
        area_of(geojson(tmp_path / "a.json", crossed))


def test_a_hole_that_touches_the_edge_is_cut_out(tmp_path: Path) -> None:
    hole = [(23.31, 55.9302), (23.31, 55.9304), (23.311, 55.9304), (23.311, 55.9302), (23.31, 55.9302)]
    cut = area_of(geojson(tmp_path / "a.json", RING, hole))
    assert cut.equals(Polygon(RING).difference(Polygon(hole)))


def test_a_hole_that_cuts_the_area_in_two_is_refused(tmp_path: Path) -> None:
    through = [(23.31, 55.9302), (23.31, 55.9304), (23.312, 55.9304), (23.312, 55.9302), (23.31, 55.9302)]
    with pytest.raises(BadInput, match="crosses itself"):
        area_of(geojson(tmp_path / "a.json", RING, through))


@pytest.mark.skipif(not CASES.is_dir(), reason="the samples are not beside the clone")
@pytest.mark.parametrize("name", ["kml_single_polygon.kml", "google_earth_polygon.kmz", "hole_touching.geojson"])
def test_strangers_areas_are_read(name: str) -> None:
    assert shape(load_shape(CASES / name)).is_valid
