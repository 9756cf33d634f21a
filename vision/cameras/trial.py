"""Showing what a camera sends at this moment: one real picture, in which nobody can be recognised. Keeps nothing.

It opens a connection of its own, whatever else reads the camera, and gives up in time.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import cv2

from telemetry.errors import BadInput, SourceLost
from telemetry.messages import Message
from vision.detection.detector import load_detector
from vision.feeds.address import Transport, display_name, read_address
from vision.feeds.containers import SourceRefused
from vision.feeds.source import StreamSource, open_source
from vision.frames.decoder import Decoder, Frame, Image
from vision.models.catalogue import read_catalogue
from vision.privacy.heads import find_faces, hide_people
from vision.privacy.masks import NO_MASKS, Masks

WITHIN_S = 12.0
"""From opening to the first whole picture."""
OPEN_S = 6.0
WIDEST = 1_280
"""Pixels of the picture that is shown."""
JPEG_QUALITY = 80


@dataclass(frozen=True)
class TrialPicture:
    """A picture that a camera sent just now."""

    jpeg: bytes
    """With heads unrecognisable and privacy masks burnt in."""
    codec: str
    width: int
    """Pixels, as the camera sends it."""
    height: int
    took_s: float
    """From opening the connection to the picture."""


def take_picture(
    source: str,
    transport: Transport,
    model: str,
    models_file: Path | None = None,
    masks: Masks = NO_MASKS,
    within_s: float = WITHIN_S,
) -> TrialPicture:
    """The first whole picture that comes from `source` within `within_s` seconds.

    Raises BadMedia and BadInput for what cannot be tried, SourceLost when nothing comes.
    """
    if read_address(source).listens:
        raise BadInput(Message("cameras.trial_of_caller", source=display_name(source)))
    began = time.monotonic()
    with _opened(source, transport, min(OPEN_S, within_s)) as opened:
        frame = _first_frame(source, opened, began + within_s)
        took_s = time.monotonic() - began
        form = opened.form
    return TrialPicture(
        jpeg=_covered(frame.image, model, models_file, masks),
        codec=form.codec,
        width=frame.picture.width,
        height=frame.picture.height,
        took_s=took_s,
    )


def _opened(source: str, transport: Transport, timeout_s: float) -> StreamSource:
    try:
        return open_source(source, transport=transport, timeout_s=timeout_s)
    except SourceRefused as error:  # whoever tries it is told as of any camera that gives nothing
        raise SourceLost(error.told) from error


def _first_frame(source: str, opened: StreamSource, ends: float) -> Frame:
    decoder = Decoder(opened.form)
    for packet in opened:
        for frame in decoder.decode(packet):
            if not frame.corrupt:
                return frame
        if time.monotonic() > ends:
            break
    raise SourceLost(Message("cameras.trial_no_picture", source=display_name(source)))


def _covered(image: Image, model: str, models_file: Path | None, masks: Masks) -> bytes:
    scale = min(1.0, WIDEST / image.shape[1])
    if scale < 1.0:
        size = (WIDEST, round(image.shape[0] * scale))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(image.dtype, copy=False)
    found = load_detector(model, read_catalogue(models_file)).detect(image)
    persons = [one.box for one in found if one.label == "person"]
    covered = masks.burn(hide_people(image, persons, find_faces(image)))
    return bytes(cv2.imencode(".jpg", covered, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])
