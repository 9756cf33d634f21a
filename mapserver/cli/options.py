"""Options that several commands share, and how their words are read."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from telemetry.clock import as_utc
from telemetry.errors import BadInput
from telemetry.positions import Position

DataDir = Annotated[
    Path | None, typer.Option("--data", help="Folder that keeps everything; VANAGAS_DATA_DIR, else ./data.")
]


def moment(text: str, option: str) -> datetime:
    """A moment in UTC from ISO 8601 with a time zone. Raises BadInput."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is no time; write it as 2026-06-01T12:00Z") from error
    try:
        return as_utc(read)
    except ValueError as error:
        raise BadInput(f"{option}: {error}") from error


def place(text: str, option: str) -> Position:
    """A position from `LAT,LON`. Raises BadInput."""
    try:
        lat, lon = (float(part) for part in text.split(","))
        return Position(lat=lat, lon=lon)
    except ValueError as error:
        raise BadInput(
            f"{option} {text!r} is no place; write latitude,longitude in degrees, such as 56.62,23.28"
        ) from error
