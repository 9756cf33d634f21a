"""Lists of cameras as CSV, as spreadsheets write them. Every line that cannot be used is named; stores nothing.

Commas, or semicolons with decimal commas as a Lithuanian or Latvian Excel writes; UTF-8, with a byte order mark or
without. `|` parts device names; in one of them a backslash stands before it. An export has addresses as they may be
shown; an import that finds such an address, or none, leaves the stream as it is. Blanks round a cell do not count.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.validation import explain
from vision.cameras.tables import CameraRow, CameraStreamRow
from vision.cameras.values import NewCamera, require_in_reach

NEEDED = ("id", "city", "name", "lat", "lon", "azimuth_deg", "hfov_deg", "range_m")
COLUMNS = (
    *NEEDED, "mast_m", "reads_plates", "main", "sub", "transport", "recorded", "make", "serial", "device_names",
    "watches", "purpose", "rules", "maintainer",
)  # fmt: skip
ADDRESSES = ("main", "sub")
NUMBERS = frozenset({"lat", "lon", "azimuth_deg", "hfov_deg", "range_m", "mast_m"})
YES = frozenset({"yes", "true", "1", "taip", "jā"})
NO = frozenset({"no", "false", "0", "ne", "nē"})
_NAMES = re.compile(r"(?:[^|\\]|\\.)+")
_SPECIAL = re.compile(r"([|\\])")
_ESCAPED = re.compile(r"\\(.)")
FORMULAS = ("=", "+", "-", "@", "'", "\t")
"""What begins so, a spreadsheet may take as a formula; an apostrophe before it says that it is text."""
MOST_LINES = 5_000


@dataclass(frozen=True)
class ListedCamera:
    """A camera of a list."""

    line: int
    """In the file, counted from 1; the heading is the first."""
    camera: NewCamera
    said: frozenset[str]
    """The columns that the list has, addresses only where the line has one."""


@dataclass(frozen=True)
class RefusedCameraLine:
    """A line that cannot be used, and why."""

    line: int
    reason: Message


@dataclass(frozen=True)
class CameraList:
    """What a file says."""

    cameras: tuple[ListedCamera, ...]
    refused: tuple[RefusedCameraLine, ...]


def read_camera_list(content: bytes, shown: Mapping[str, Mapping[str, str | None]]) -> CameraList:
    """What a file says. `shown`: the addresses of cameras that are known, as they may be shown, by id and part.

    Raises BadInput when nothing of it can be read.
    """
    lines = _text(content).split("\n")
    between = max(",;\t", key=lines[0].count)
    columns = [column.lower() for column in _cells(lines[0], between)]
    _check_columns(columns)
    cameras: list[ListedCamera] = []
    refused: list[RefusedCameraLine] = []
    first_lines: dict[str, int] = {}
    for number, line in enumerate(lines[1:], start=2):
        try:
            cells = _cells(line, between)
            if not any(cells):
                continue
            if len(cells) > len(columns):
                raise BadInput(Message("cameras.list.too_many_cells", cells=len(cells), columns=len(columns)))
            listed = _camera(number, dict(zip(columns, cells, strict=False)), decimal_comma=between != ",", shown=shown)
            if listed.camera.id in first_lines:
                raise BadInput(Message("cameras.list.twice", id=listed.camera.id, line=first_lines[listed.camera.id]))
        except BadInput as error:
            refused.append(RefusedCameraLine(number, error.told))
        else:
            first_lines[listed.camera.id] = number
            cameras.append(listed)
    if not cameras and not refused:
        raise BadInput(Message("cameras.list.empty"))
    return CameraList(tuple(cameras), tuple(refused))


def written_camera_list(
    cameras: Iterable[CameraRow], streams: Mapping[str, CameraStreamRow], *, semicolons: bool = False
) -> str:
    """`cameras` as a list that `read_camera_list` reads; `semicolons`: with decimal commas, as a Lithuanian Excel."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if semicolons else ",", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for camera in cameras:
        values = _values(camera, streams.get(camera.id))
        writer.writerow([_cell(column, values[column], decimal_comma=semicolons) for column in COLUMNS])
    return out.getvalue()


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise BadInput(Message("cameras.list.not_utf8"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadInput(Message("cameras.list.not_utf8_at", line=line)) from error
    if text.count("\n") > MOST_LINES:
        raise BadInput(Message("cameras.list.too_long", most=MOST_LINES))
    return text.replace("\r\n", "\n")


def _check_columns(columns: list[str]) -> None:
    if missing := [column for column in NEEDED if column not in columns]:
        raise BadInput(Message("cameras.list.columns_missing", columns=missing))
    if unknown := [column for column in columns if column and column not in COLUMNS]:
        raise BadInput(Message("cameras.list.columns_unknown", columns=unknown, known=COLUMNS))
    if twice := sorted({column for column in columns if column and columns.count(column) > 1}):
        raise BadInput(Message("cameras.list.columns_twice", columns=twice))


def _cells(line: str, between: str) -> list[str]:
    """One line's cells: a quote that is never closed spoils its own line and no other."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=between, strict=True), [])]
    except csv.Error as error:
        raise BadInput(Message("cameras.list.quote")) from error


def _camera(
    line: int, cells: dict[str, str], *, decimal_comma: bool, shown: Mapping[str, Mapping[str, str | None]]
) -> ListedCamera:
    kept = shown.get(_plain(cells.get("id", "")), {})
    values: dict[str, object] = {}
    said = {column for column in cells if column}
    for column, text in cells.items():
        if column in ADDRESSES and (not text or text == kept.get(column)):
            said.discard(column)
        elif column and text:
            values[column] = _value(column, text, decimal_comma=decimal_comma)
    try:
        camera = NewCamera.model_validate(values)
    except ValidationError as error:
        raise BadInput(explain(error)) from error
    require_in_reach(City(camera.city), camera.lat, camera.lon)
    return ListedCamera(line, camera, frozenset(said))


def _value(column: str, text: str, *, decimal_comma: bool) -> object:
    if column in NUMBERS:
        return text.replace(",", ".") if decimal_comma else text
    if column in ("reads_plates", "recorded"):
        return _yes_or_no(column, text)
    if column == "device_names":
        return [_ESCAPED.sub(r"\1", name.strip()) for name in _NAMES.findall(_plain(text)) if name.strip()]
    if column in ADDRESSES:
        return text
    return _plain(text)


def _yes_or_no(column: str, text: str) -> bool:
    said = text.lower()
    if said in YES:
        return True
    if said in NO:
        return False
    raise BadInput(Message("cameras.list.yes_or_no", column=column, text=text[:40]))


def _plain(text: str) -> str:
    """Without the apostrophe that says that it is text."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULAS) else text


def _values(camera: CameraRow, streams: CameraStreamRow | None) -> dict[str, object]:
    values: dict[str, object] = {column: getattr(camera, column, None) for column in COLUMNS}
    values["device_names"] = "|".join(_SPECIAL.sub(r"\\\1", name) for name in camera.device_names)
    if streams is None:
        return values | {"main": None, "sub": None, "transport": None, "recorded": None}
    return values | {
        "main": streams.main_shown,
        "sub": streams.sub_shown,
        "transport": streams.transport,
        "recorded": streams.recorded,
    }


def _cell(column: str, value: object, *, decimal_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        text = repr(float(value)).removesuffix(".0")
        return text.replace(".", ",") if decimal_comma else text
    text = str(value)
    if column not in ADDRESSES and text.startswith(FORMULAS):
        return f"'{text}"
    return text
