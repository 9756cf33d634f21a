"""Reading what strangers send: sizes, texts, JSON, XML, archives and numbers, each within limits. Knows no plan format.

Every refusal is a BadPlan that names the file, the place in it and the reason. Limits are far above any flown plan
and far below what would make a machine wait: a file at the limits is read or refused in about a second.
"""

import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from telemetry.errors import BadPlan
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.shallow_xml import ShallowTree
from telemetry.strict_json import parse_json

LARGEST_FILE = 20_000_000
"""Bytes, of a file and of everything that an archive unpacks to."""
MOST_ITEMS = 20_000
"""Of a plan: items, points, corners of a fence."""
MOST_BRACKETS = 250_000
MOST_COMMAS = 1_000_000
"""Of a JSON text, counted before it is read."""
MOST_ELEMENTS = 250_000
DEEPEST_ELEMENT = 64
"""Of an XML text; the first counted before it is read."""
MOST_ENTRIES = 200
HIGHEST_RATIO = 200
RATIO_COUNTS_FROM = 1_000_000
"""Of an archive: files in it, bytes unpacked per byte packed, and from how many unpacked bytes that is looked at."""
BROKEN_ARCHIVE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError,
    OverflowError, MemoryError,
)  # fmt: skip


def bytes_of(path: Path) -> bytes:
    """A file's content. Raises BadPlan when it cannot be read, is no file, or is larger than any plan."""
    try:
        if path.exists() and not path.is_file():
            raise BadPlan(Message("files.no_file", name=path.name))
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadPlan(Message("files.unreadable", name=path.name, reason=error.strerror)) from error
    except ValueError as error:  # a zero byte in the name
        raise BadPlan(Message("files.unreadable", name=path.name, reason=str(error))) from error
    want_size(content, path.name)
    return content


def want_size(content: bytes, name: str) -> None:
    """Raises BadPlan for what is larger than any plan, or empty."""
    if len(content) > LARGEST_FILE:
        raise BadPlan(Message("files.too_large", name=name, most_mb=LARGEST_FILE // 1000000))
    if not content.strip():
        raise BadPlan(Message("files.empty", name=name))


def want_count(count: int, name: str, what: str = "items") -> None:
    """Raises BadPlan for more than any vehicle takes."""
    if count > MOST_ITEMS:
        raise BadPlan(Message("files.too_many", name=name, number=count, what=what, most=MOST_ITEMS))


def stem(name: str) -> str:
    """A file's name without its ending."""
    return name.rpartition(".")[0] or name


def text_of(content: bytes, name: str) -> str:
    """UTF-8 text, a byte order mark taken off."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadPlan(Message("files.not_utf8", name=name, byte=error.start)) from error


def json_of(content: bytes, name: str) -> Any:
    """A JSON document no larger than a plan's, without NaN, Infinity, endless numbers and endless nesting."""
    if content.count(b"{") + content.count(b"[") > MOST_BRACKETS or content.count(b",") > MOST_COMMAS:
        raise BadPlan(Message("files.too_many_lists", name=name))
    return parse_json(content, name, BadPlan)


def xml_of(content: bytes, name: str) -> Element:
    """The root of an XML document; entities, document types and anything outside the file are refused."""
    if content.count(b"<") - content.count(b"</") > MOST_ELEMENTS:
        raise BadPlan(Message("files.too_many_elements", name=name, most=MOST_ELEMENTS))

    def too_deep() -> NoReturn:
        raise BadPlan(Message("files.nested_too_deeply", name=name))

    parser = DefusedXMLParser(target=ShallowTree(DEEPEST_ELEMENT, too_deep), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise BadPlan(Message("files.entities", name=name)) from error
    except ParseError as error:
        line, column = error.position
        raise BadPlan(
            Message("files.not_xml", name=name, line=line, column=column + 1, reason=str(error).split(":")[0])
        ) from error
    except (ValueError, LookupError, RecursionError) as error:  # an encoding that nobody knows
        raise BadPlan(f"{name} is not XML: {error}") from error
    assert isinstance(root, Element)  # noqa: S101 - what a TreeBuilder gives
    return root


def unzipped(content: bytes, name: str) -> dict[str, bytes]:
    """Every file of a ZIP archive by its path in it. Nothing is written to disk.

    Refused: too many entries, too much or too well packed content, paths that leave the archive, names told twice,
    archives in the archive, passwords, and whatever is cut off or damaged.
    """
    if content.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise BadPlan(Message("files.too_many_files", name=name, most=MOST_ENTRIES))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _want_sane(entries, name)
            return _unpacked(archive, entries, name)
    except BROKEN_ARCHIVE as error:
        raise BadPlan(Message("files.broken_archive", name=name, reason=str(error)[:120] or "it is cut off")) from error


def _want_sane(entries: list[zipfile.ZipInfo], name: str) -> None:
    seen = set()
    for entry in entries:
        place = f"{name}, {entry.filename[:80]!r}"
        parts = re.split(r"[/\\]", entry.filename)
        if ".." in parts or entry.filename[:1] in ("/", "\\") or ":" in parts[0] or "\0" in entry.orig_filename:
            raise BadPlan(Message("files.leaves_archive", place=place))
        if entry.filename.lower() in seen:
            raise BadPlan(Message("files.twice", place=place))
        if entry.flag_bits & 0x1:
            raise BadPlan(Message("files.locked", place=place))
        if entry.filename.lower().endswith((".zip", ".kmz")):
            raise BadPlan(Message("files.archive_in_archive", place=place))
        if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > HIGHEST_RATIO * max(1, entry.compress_size):
            raise BadPlan(
                Message("files.packed_too_well", place=place, unpacked=entry.file_size, packed=entry.compress_size)
            )
        seen.add(entry.filename.lower())
    if sum(entry.file_size for entry in entries) > LARGEST_FILE:
        raise BadPlan(Message("files.unpacks_too_large", name=name, most_mb=LARGEST_FILE // 1000000))


def _unpacked(archive: zipfile.ZipFile, entries: Iterable[zipfile.ZipInfo], name: str) -> dict[str, bytes]:
    members = {}
    left = LARGEST_FILE
    for entry in entries:
        with archive.open(entry) as file:
            members[entry.filename] = file.read(left + 1)
        left -= len(members[entry.filename])
        if left < 0:
            raise BadPlan(Message("files.unpacks_too_large", name=name, most_mb=LARGEST_FILE // 1000000))
        if members[entry.filename].startswith(b"PK\x03\x04"):
            raise BadPlan(Message("files.archive_in_archive", place=f"{name}, {entry.filename[:80]!r}"))
    return members


def number_of(value: object, place: str) -> float:
    """A JSON number that MAVLink can carry; finite."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e30:
        raise BadPlan(Message("files.no_number", place=place))
    return float(value)


def whole_of(value: object, most: int, place: str) -> int:
    """A JSON whole number from 0 to `most`."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise BadPlan(Message("files.no_whole_number", place=place, most=most))
    return value


def number_in(text: str | None, place: str) -> float:
    """The number that a text is, such as MAVLink can carry; finite."""
    try:
        value = float(text or "")
    except ValueError:
        raise BadPlan(Message("files.said_no_number", place=place, said=(text or "").strip()[:40])) from None
    return number_of(value, place)


def number_or_nan(value: object, place: str) -> float:
    """A JSON number as `number_of`; not a number for null, which leaves it to the vehicle."""
    if value is None:
        return math.nan
    return number_of(value, place)


def height_of(value: object, place: str) -> float:
    """A height in metres that an aircraft can have."""
    height = number_of(value, place)
    if not -1_000 <= height <= 100_000:
        raise BadPlan(Message("files.no_height", place=place, height_m=height))
    return height


def place_of(lat: object, lon: object, place: str) -> tuple[float, float]:
    """(lat, lon) in degrees, on the globe."""
    there = number_of(lat, f"{place}, latitude"), number_of(lon, f"{place}, longitude")
    if abs(there[0]) > 90 or abs(there[1]) > 180:
        raise BadPlan(Message("files.off_globe", place=place, lat=there[0], lon=there[1]))
    return there


def position_of(lat: object, lon: object, alt: object, place: str) -> Position:
    """A position; `alt` may be None."""
    north, east = place_of(lat, lon, place)
    return Position(lat=north, lon=east, alt_m=None if alt is None else height_of(alt, place))
