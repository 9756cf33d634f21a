"""`vanagas plates`: the number plates in pictures, one JSON line a picture."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import typer

from telemetry.errors import BadInput, BadMedia
from telemetry.messages import Message
from vision.detection.detector import load_detector
from vision.frames.decoder import Image
from vision.frames.image_header import read_image_header, require_pixels
from vision.frames.still_images import LARGEST_PICTURE, MOST_PIXELS
from vision.plates.plate_finder import PlateFinder, is_cut_off, load_text_finder
from vision.plates.reading import PixelBox, PlateReading, load_reader
from vision.plates.voting import vote


def plates(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="JPEG, PNG or WebP files.")],
    box: Annotated[
        str | None, typer.Option(metavar="X,Y,W,H", help="Where the plate is, in pixels; else plates are looked for.")
    ] = None,
    same_vehicle: Annotated[
        bool,
        typer.Option("--same-vehicle", help="The pictures show one vehicle: a last line says what they say together."),
    ] = False,
) -> None:
    """Read number plates: text, country, confidence (0..1) and milliseconds of processor time, one line an image.

    A picture without a plate, or with one that its edge cuts off, has a line with text null. Nothing is stored.
    """
    place = None if box is None else _box(box)
    pictures = [(path, _picture(path)) for path in images]
    load_reader()  # before the clock starts
    reads = []
    for path, picture in pictures:
        begun = time.process_time()
        found = _in_box(path, picture, place) if place else _anywhere(picture)
        spent = 1000 * (time.process_time() - begun)
        reads += [reading for reading, _ in found[:1]]
        typer.echo(json.dumps({"image": str(path), **_line(found), "cpu_ms": round(spent, 1)}))
    if same_vehicle:
        together = vote(reads)
        typer.echo(json.dumps({"images": len(images), **(_nothing() if together is None else _vote(together))}))


Found = Sequence[tuple[PlateReading, list[int] | None]]
"""Readings, surest first, each with its box: left, top, width, height in pixels."""


def _in_box(path: Path, picture: Image, place: PixelBox) -> Found:
    try:
        reading = load_reader().read(picture, place)
    except BadInput as error:
        raise BadInput(f"{path}: {error.message}") from error
    left, top, wide, high = place
    corners = np.array([[left, top], [left + wide, top], [left + wide, top + high], [left, top + high]], np.float32)
    if reading is None or is_cut_off(corners, picture):
        return []
    return [(reading, list(place))]


def _anywhere(picture: Image) -> Found:
    finder = PlateFinder(load_reader(), load_text_finder(), load_detector())
    return [(one.reading, list(cv2.boundingRect(one.corners))) for one in finder.find(picture)]


def _line(found: Found) -> dict[str, Any]:
    if not found:
        return _nothing()
    best, *others = [{**reading.public(), "box": box} for reading, box in found]
    if not others:
        return best
    return {**best, "others": others}


def _nothing() -> dict[str, Any]:
    return {"text": None, "country": None, "confidence": 0.0}


def _vote(together: Any) -> dict[str, Any]:
    return {
        "text": together.text,
        "country": together.country,
        "confidence": round(together.confidence, 3),
        "reads": together.reads,
        "agreeing": together.agreeing,
    }


def _box(text: str) -> PixelBox:
    try:
        left, top, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise BadInput(Message("cli.not_a_box", text=text)) from error
    return left, top, width, height


def _picture(path: Path) -> Image:
    """The picture in `path`, blue green red. Raises BadMedia."""
    if not path.is_file():
        raise BadMedia(Message("cli.no_picture_file", path=path))
    if path.stat().st_size > LARGEST_PICTURE:
        raise BadMedia(Message("cli.picture_too_large", path=path, most_mib=LARGEST_PICTURE // 2**20))
    content = path.read_bytes()
    require_pixels(read_image_header(content), MOST_PIXELS)
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise BadMedia(Message("cli.not_a_picture", path=path))
    return image.astype(np.uint8, copy=False)
