"""Number plates drawn for trying the reader: rendered, not photographed, in Pillow's own font. They are nobody's."""

import random

import cv2
import numpy as np
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from vision.frames import Image
from vision.plates.syntax import Format

HEIGHT, WIDTH = 110, 520
"""Pixels, one a millimetre of a European plate."""
BAND = 45
BLUE, BLACK, WHITE, YELLOW = (20, 60, 160), (15, 15, 15), (245, 245, 245), (240, 210, 60)


def invent(format_: Format, rng: random.Random) -> tuple[str, str]:
    """A plate of `format_`: as it is written, and its text."""
    branch = rng.choice(format_.branches) if format_.branches else ()
    places = (*branch, *format_.tail)
    chars = [rng.choice(place.allowed) for place in places]
    between = rng.choice(" -")
    room = ["  " if place.sealed else between if place.gap else "" for place in places]
    written = "".join(map("".join, zip(chars, room, strict=True)))
    return written, "".join(chars)


def draw(written: str, *, country: str, ground: tuple[int, int, int] = WHITE) -> Image:
    """`written` on a plate with the blue band, blue green red, 520 x 110 pixels."""
    plate = Drawing.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(plate)
    pen.rectangle((0, 0, BAND, HEIGHT), fill=BLUE)
    pen.text((BAND // 2, 85), country, font=ImageFont.load_default(26), fill=WHITE, anchor="mm")
    size = 100
    while (font := ImageFont.load_default(size)).getlength(written) > WIDTH - BAND - 30:
        size -= 2
    pen.text(((WIDTH + BAND) / 2, HEIGHT / 2), written, font=font, fill=BLACK, anchor="mm")
    pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=BLACK, width=3)
    return np.ascontiguousarray(np.asarray(plate)[:, :, ::-1])


def spoil(plate: Image, rng: random.Random, *, harm: float) -> Image:
    """`plate` as a camera far off might see it: small, turned, blurred, dark, noisy; `harm` 0 (hardly) .. 1 (badly)."""
    noise = np.random.default_rng(rng.getrandbits(32))
    wide = round(np.interp(harm, (0, 1), (200, 45)) * rng.uniform(0.8, 1.2))
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), rng.uniform(-5, 5) * harm, 1)
    turned = cv2.warpAffine(plate, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    blurred = cv2.GaussianBlur(turned, (0, 0), 0.5 + 3 * harm * rng.random())
    small = cv2.resize(blurred, (wide, max(8, round(wide * HEIGHT / WIDTH))), interpolation=cv2.INTER_AREA)
    light = 255 * (small / 255.0) ** rng.uniform(1 - 0.5 * harm, 1 + harm) * rng.uniform(1 - 0.6 * harm, 1)
    seen: Image = np.clip(light + noise.normal(0, 2 + 14 * harm, small.shape), 0, 255).astype(np.uint8)
    return seen
