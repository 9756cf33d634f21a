"""The demo's gazetteer: names for its invented streets, each said to be simulated. Nothing in it is an address."""

import csv
from collections.abc import Iterator
from pathlib import Path

from shapely.geometry import LineString

from mapserver.basemap.synthetic import main_streets
from mapserver.demo.places import ZONES
from mapserver.demo.towns import DEMO_TOWNS
from telemetry.cities import City
from telemetry.positions import LocalFrame

COLUMNS = ("name", "lat", "lon", "aliases", "lang", "kind")
LANGUAGES = {City("siauliai"): "lt", City("dobele"): "lv"}
RINGS = {
    City("siauliai"): ("Mažojo žiedo gatvė", "Vidurinio žiedo gatvė", "Didžiojo žiedo gatvė"),
    City("dobele"): ("Mazā loka iela", "Lielā loka iela"),
}
OUTWARD = {
    City("siauliai"): (
        "Vanagų gatvė", "Gandrų gatvė", "Kregždžių gatvė", "Vieversių gatvė", "Genių gatvė", "Lakštingalų gatvė",
        "Gegučių gatvė", "Žuvėdrų gatvė",
    ),
    City("dobele"): ("Vanagu iela", "Stārķu iela", "Bezdelīgu iela", "Cīruļu iela", "Dzeņu iela", "Lakstīgalu iela"),
}  # fmt: skip
HOUSES = 40
"""On each street, at equal distances."""
Row = tuple[str, float, float, str, str, str]


def write_gazetteer(path: Path) -> Path:
    """Write the CSV file, anew each time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for city in DEMO_TOWNS:
            writer.writerows(_rows(city))
    return path


def _rows(city: City) -> Iterator[Row]:
    rings, outward = main_streets(city)
    for name, line in (*zip(RINGS[city], rings, strict=True), *zip(OUTWARD[city], outward, strict=True)):
        yield _at(name, line, 0.5, "simulated street", city)
        for number in range(1, HOUSES + 1):
            yield _at(f"{name} {number}", line, (number - 0.5) / HOUSES, "simulated address", city)
    for zone in ZONES:
        if zone.city == city:
            lat, lon = LocalFrame(city.facts.lat, city.facts.lon).to_degrees(zone.east_m, zone.north_m)
            yield zone.name, round(lat, 6), round(lon, 6), zone.id, "en", "simulated place"


def _at(name: str, line: LineString, part: float, kind: str, city: City) -> Row:
    point = line.interpolate(part, normalized=True)
    return name, round(point.y, 6), round(point.x, 6), "", LANGUAGES[city], kind
