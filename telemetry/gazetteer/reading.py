"""Reading a gazetteer: CSV with name, lat, lon, aliases, lang, kind. A row that cannot be used spoils no other."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from telemetry.cities import City, known_towns
from telemetry.errors import BadInput
from telemetry.gazetteer.search import Gazetteer
from telemetry.gazetteer.values import NamedPlace, folded
from telemetry.messages import Message
from telemetry.positions import Position, distance_m

NEEDED = ("name", "lat", "lon")
LARGEST_FILE = 100_000_000
"""Bytes."""
FARTHEST_M = 100_000.0
"""From the nearer town's centre; what lies beyond was not meant."""
LONGEST_NAME = 200
BETWEEN_ALIASES = "|"


@dataclass(frozen=True)
class RefusedRow:
    """A row that is left out, and why."""

    line: int
    """In the file, counted from 1; the heading is the first."""
    reason: Message

    @property
    def told(self) -> Message:
        """The line and what is wrong with it."""
        return Message("gazetteer.line", line=self.line, reason=self.reason)


@dataclass(frozen=True)
class GazetteerFile:
    """What a file holds."""

    gazetteer: Gazetteer
    refused: tuple[RefusedRow, ...]


def gazetteer_file(path: Path) -> GazetteerFile:
    """The file as it is now; read again once it was replaced, or there are other towns.

    One place a line, commas or semicolons between columns, `|` between aliases, UTF-8. Raises BadInput when it is none.
    """
    try:
        stat = path.stat()
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path.name, reason=error.strerror)) from error
    where = tuple((city, city.facts.lat, city.facts.lon) for city in known_towns())
    return _read(path, stat.st_mtime_ns, stat.st_size, where)


@lru_cache(maxsize=1)
def _read(path: Path, _changed_ns: int, size: int, _towns: tuple[tuple[City, float, float], ...]) -> GazetteerFile:
    if size > LARGEST_FILE:
        raise BadInput(Message("gazetteer.too_large", file=path.name, most_mb=LARGEST_FILE // 1000000))
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path.name, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadInput(Message("gazetteer.not_utf8", file=path.name, byte=error.start)) from error
    return read_gazetteer(text, path.name)


def read_gazetteer(text: str, name: str) -> GazetteerFile:
    """What the text of a file called `name` holds. Raises BadInput when nothing of it can be used."""
    lines = text.split("\n")
    between = ","
    if lines[0].count(";") > lines[0].count(","):
        between = ";"
    columns = [column.lower() for column in _cells(lines[0], between)]
    if missing := [column for column in NEEDED if column not in columns]:
        raise BadInput(Message("gazetteer.columns_missing", file=name, columns=", ".join(missing)))
    places = []
    refused = []
    for number, line in enumerate(lines[1:], start=2):
        try:
            if any(cells := _cells(line, between)):
                places.append(_place(dict(zip(columns, cells, strict=False))))
        except BadInput as error:
            refused.append(RefusedRow(number, error.told))
        except csv.Error as error:
            refused.append(RefusedRow(number, Message("gazetteer.no_csv", reason=error)))
    if not places:
        if refused:
            raise BadInput(Message("gazetteer.no_good_line", file=name, first=refused[0].told))
        raise BadInput(Message("gazetteer.no_places", file=name))
    return GazetteerFile(Gazetteer(places), tuple(refused))


def _cells(line: str, between: str) -> list[str]:
    """One line's cells: a quote that is never closed spoils its own line and no other. Raises csv.Error."""
    return [cell.strip() for cell in next(csv.reader([line], delimiter=between, strict=True), [])]


def _place(row: Mapping[str, str]) -> NamedPlace:
    """Raises BadInput with the reason."""
    name = row.get("name", "")
    if not folded(name):
        raise BadInput(Message("gazetteer.no_name"))
    if len(name) > LONGEST_NAME:
        raise BadInput(Message("gazetteer.long_name", most=LONGEST_NAME))
    lat = _degrees(row, "lat")
    lon = _degrees(row, "lon")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise BadInput(Message("gazetteer.nowhere", lat=lat, lon=lon))
    city, away_m = _nearest(lat, lon)
    if away_m > FARTHEST_M:
        remedy = Message("gazetteer.correct_place")
        if abs(lon) <= 90 and _nearest(lon, lat)[1] <= FARTHEST_M:
            remedy = Message("gazetteer.exchanged")
        far = Message("gazetteer.far_away", away_km=round(away_m / 1_000), town=city.facts.name, remedy=remedy)
        raise BadInput(far)
    aliases = tuple(alias for part in row.get("aliases", "").split(BETWEEN_ALIASES) if folded(alias := part.strip()))
    return NamedPlace(name, lat, lon, city, aliases, row.get("lang", ""), row.get("kind", ""))


def _degrees(row: Mapping[str, str], column: str) -> float:
    said = row.get(column, "")
    try:
        return float(said.replace(",", "."))
    except ValueError as error:
        raise BadInput(Message("gazetteer.no_degrees", column=column, value=repr(said[:40]))) from error


def _nearest(lat: float, lon: float) -> tuple[City, float]:
    """The nearer town, and metres to its centre."""
    here = Position(lat=lat, lon=lon)
    away = {city: distance_m(here, Position(lat=city.facts.lat, lon=city.facts.lon)) for city in known_towns()}
    nearest = min(away, key=lambda city: away[city])
    return nearest, away[nearest]
