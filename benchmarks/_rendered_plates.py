"""Number plates drawn for trying the reader: rendered, not photographed, in fonts that lie about. They are nobody's."""

import random
from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np
from PIL import Image as Drawing
from PIL import ImageDraw, ImageFont

from vision.frames.decoder import Image
from vision.plates.syntax import PlateFormat

HEIGHT, WIDTH = 110, 520
"""Pixels, one a millimetre of a European plate."""
SQUARE_HEIGHT, SQUARE_WIDTH = 220, 300
"""Of a plate in two lines."""
BAND = 45
BLUE, BLACK, WHITE, YELLOW, RED = (20, 60, 160), (15, 15, 15), (245, 245, 245), (240, 210, 60), (170, 20, 30)
SEALS = ((200, 40, 40), (40, 90, 200), (60, 140, 70), (120, 120, 120), (230, 190, 40))
FONTS = (
    "DejaVuSans-Bold.ttf",
    "DejaVuSansCondensed-Bold.ttf",
    "DejaVuSansMono-Bold.ttf",
    "LiberationSans-Bold.ttf",
    "LiberationSansNarrow-Bold.ttf",
    "LiberationMono-Bold.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansDisplay-Bold.ttf",
)
"""Looked for where the machine keeps its fonts; Pillow's own comes first and is always there."""
YELLOW_PLATES, RED_WRITING = frozenset({"NL", "LU", "GB"}), frozenset({"BE"})
WITHOUT_BAND = frozenset({"CH", "LI", "GB", "BA", "RU", "IS", "TR"})
BAND_AT_BOTH_ENDS = frozenset({"FR", "IT", "AL"})
DEALERS = ("AUTOHAUS MEIER", "www.autocentrs.lv", "UAB AUTOMARKETAS", "GARAGE DU NORD", "Volvo Bilia")


def invent(format_: PlateFormat, rng: random.Random) -> tuple[str, str]:
    """A plate of `format_`: as it is written, and its text."""
    branch = rng.choice(format_.branches) if format_.branches else ()
    places = (*branch, *format_.tail)
    chars = [rng.choice(place.allowed) for place in places]
    between = rng.choice(" -")
    room = ["  " if place.sealed else between if place.gap else "" for place in places]
    return "".join(map("".join, zip(chars, room, strict=True))), "".join(chars)


def draw(written: str, *, country: str, ground: tuple[int, int, int] = WHITE, font: str | None = None) -> Image:
    """`written` on a plate with the blue band, blue green red, 520 x 110 pixels."""
    plate = Drawing.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(plate)
    _band(pen, country)
    _line(pen, written, (BAND, 0, WIDTH, HEIGHT), font, BLACK)
    pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=BLACK, width=3)
    return _bgr(plate)


def dress(written: str, *, country: str, font: str | None, rng: random.Random) -> Image:
    """`written` as that country might have it: colours, bands, seals, a frame with the dealer's name under it."""
    ground = YELLOW if country in YELLOW_PLATES and rng.random() < 0.7 else WHITE
    ink = RED if country in RED_WRITING else BLACK
    plate = Drawing.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(plate)
    left, right = 0, WIDTH
    if country not in WITHOUT_BAND and rng.random() < 0.85:
        _band(pen, country)
        left = BAND
        if country in BAND_AT_BOTH_ENDS:
            right = WIDTH - BAND
            pen.rectangle((right, 0, WIDTH, HEIGHT), fill=BLUE)
            pen.text((right + BAND // 2, 80), str(rng.randrange(10, 96)), font=_font(None, 26), fill=WHITE, anchor="mm")
    seal = rng.choice(SEALS) if rng.random() < 0.7 else None
    _line(pen, written, (left, 0, right, HEIGHT), font, ink, seal)
    pen.rectangle((0, 0, WIDTH - 1, HEIGHT - 1), outline=BLACK, width=rng.choice((2, 4)))
    return _framed(plate, rng) if rng.random() < 0.4 else _bgr(plate)


def in_two_lines(lines: Sequence[str], *, country: str, font: str | None = None, band: bool = True) -> Image:
    """A nearly square plate with two lines, as motorcycles and lorries have, 300 x 220 pixels."""
    plate = Drawing.new("RGB", (SQUARE_WIDTH, SQUARE_HEIGHT), WHITE)
    pen = ImageDraw.Draw(plate)
    if band:
        _band(pen, country)
    half = SQUARE_HEIGHT // 2
    _line(pen, lines[0], (BAND if band else 0, 4, SQUARE_WIDTH, half), font, BLACK)
    _line(pen, lines[1], (0, half, SQUARE_WIDTH, SQUARE_HEIGHT - 4), font, BLACK)
    pen.rectangle((0, 0, SQUARE_WIDTH - 1, SQUARE_HEIGHT - 1), outline=BLACK, width=4)
    return _bgr(plate)


def spoil(plate: Image, rng: random.Random, *, harm: float) -> Image:
    """`plate` as a camera far off might see it: small, turned, seen aslant, blurred, dark, noisy, compressed.

    `harm` 0 (hardly) .. 1 (badly).
    """
    noise = np.random.default_rng(rng.getrandbits(32))
    high, long = plate.shape[:2]
    wide = round(np.interp(harm, (0, 1), (200, 45)) * rng.uniform(0.8, 1.2) * long / high * HEIGHT / WIDTH)
    corners = np.array([[0, 0], [long, 0], [long, high], [0, high]], np.float32)
    aslant = corners + 0.06 * harm * high * noise.uniform(-1, 1, (4, 2))
    turn = np.vstack([cv2.getRotationMatrix2D((long / 2, high / 2), rng.uniform(-5, 5) * harm, 1), [0, 0, 1]])
    seen_from = turn @ cv2.getPerspectiveTransform(corners, aslant.astype(np.float32))
    turned = cv2.warpPerspective(plate, seen_from, (long, high), borderMode=cv2.BORDER_REPLICATE)
    blurred = cv2.GaussianBlur(turned, (0, 0), 0.5 + 3 * harm * rng.random())
    small = cv2.resize(blurred, (wide, max(8, round(wide * high / long))), interpolation=cv2.INTER_AREA)
    light = 255 * (small / 255.0) ** rng.uniform(1 - 0.5 * harm, 1 + harm) * rng.uniform(1 - 0.6 * harm, 1)
    noisy = np.clip(light + noise.normal(0, 2 + 14 * harm, small.shape), 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, round(95 - 45 * harm)])[1]
    seen = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    assert seen is not None
    return seen.astype(np.uint8, copy=False)


@cache
def fonts() -> tuple[str | None, ...]:
    """Pillow's own (None) and those of FONTS that the machine has."""
    return None, *(name for name in FONTS if _is_there(name))


def _is_there(name: str) -> bool:
    try:
        ImageFont.truetype(name, 20)
    except OSError:
        return False
    return True


@cache
def _font(name: str | None, size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size) if name is None else ImageFont.truetype(name, size)


def _band(pen: ImageDraw.ImageDraw, country: str) -> None:
    pen.rectangle((0, 0, BAND, HEIGHT), fill=BLUE)
    for turn in np.linspace(0, 2 * np.pi, 12, endpoint=False):
        x, y = BAND / 2 + 13 * np.cos(turn), 35 + 13 * np.sin(turn)
        pen.ellipse((x - 2, y - 2, x + 2, y + 2), fill=YELLOW)
    pen.text((BAND // 2, 85), country, font=_font(None, 26), fill=WHITE, anchor="mm")


def _line(
    pen: ImageDraw.ImageDraw,
    written: str,
    place: tuple[int, int, int, int],
    font: str | None,
    ink: tuple[int, int, int],
    seal: tuple[int, int, int] | None = None,
) -> None:
    """`written` in the middle of `place` (left, top, right, bottom), as large as fits, seals where two blanks are."""
    left, top, right, bottom = place
    size = round(0.92 * (bottom - top))
    while (face := _font(font, size)).getlength(written) > right - left - 24:
        size -= 2
    x, y = (left + right - face.getlength(written)) / 2, (top + bottom) / 2
    pen.text((x, y), written, font=face, fill=ink, anchor="lm")
    if seal is not None and "  " in written:
        x += face.getlength(written[: written.index("  ")] + " ")
        reach = 0.42 * face.getlength("  ")
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=seal, outline=BLACK)


def _framed(plate: Drawing.Image, rng: random.Random) -> Image:
    around, below = rng.randrange(4, 12), rng.randrange(16, 26)
    framed = Drawing.new("RGB", (plate.width + 2 * around, plate.height + around + below), BLACK)
    framed.paste(plate, (around, around))
    name = rng.choice(DEALERS)
    pen = ImageDraw.Draw(framed)
    middle = (framed.width / 2, framed.height - below / 2)
    pen.text(middle, name, font=_font(None, below - 6), fill=WHITE, anchor="mm")
    return _bgr(framed)


def _bgr(plate: Drawing.Image) -> Image:
    return np.ascontiguousarray(np.asarray(plate)[:, :, ::-1])
