"""Plates: the network's own text against its columns decoded by the syntax of the countries that issue plates.

Real ones where the samples of the openalpr set `endtoend/eu` lie beside the project (cropped at the given box; the
truth mixes O/0 and I/1, so folding them counts too), and rendered ones: of Lithuania and Latvia, spoiled to any degree;
of every country in the table, its older series included, as often as the table holds them for common, in the fonts that
the machine has, with bands, seals, frames and dealers' names, spoiled up to half; in two lines; and words that are no
country's. Settings were chosen on the real ones and on rendered ones in other fonts and by other seeds. Plain is the
same network on the same box, its likeliest character in each column, only Latin letters and digits. "No syntax" takes
any four to eight characters; "own country left out" lacks the syntax of the very country the plate is of, as for a
plate from somewhere the table does not know. Times are processor time of one thread; a ratio above 1 is in our favour.
"""

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from benchmarks._rendered_plates import draw, dress, fonts, in_two_lines, invent, spoil
from vision.frames.decoder import Image
from vision.plates.network import PlateNetwork, plain_text
from vision.plates.reading import PixelBox, PlateReader, cut_out, load_reader
from vision.plates.syntax import PlateFormat, formats, graph

SAMPLES = Path(__file__).resolve().parents[2] / "shared/samples/video/plates"
ALIKE = str.maketrans("OIDB", "0108")
RENDERED, ABROAD, SQUARE, CHOSEN = 400, 400, 160, 80
BROKEN_AFTER = {
    ("LT", "AAA:999"): 3,
    ("LT", "999:AA"): 3,
    ("LV", "AA 1999"): 2,
    ("EE", "999 AAA"): 3,
    ("SE", "AAA 999"): 3,
    ("DE", "AA:AA 199"): 2,
    ("GB", "AA99 AAA"): 4,
    ("SK", "<>:999 AA"): 2,
}
"""Of formats that come in two lines: how many characters the first one has."""
WORDS = ("BOSS1", "KINGPIN", "MARTIN7", "GOLFGTI", "1FAST", "LATVIJA", "JURGIS", "ROLIS88", "BMWM5", "SAULE99", "OZOLS")
ROUND_TRIPS = 10
"""For each format of the two countries."""


@dataclass(frozen=True)
class Case:
    """A plate and what it says."""

    picture: Image
    box: PixelBox | None
    text: str
    country: str | None


@dataclass(frozen=True)
class Score:
    """How well a way of reading does."""

    exact: float
    folded: float
    cer: float
    """Edits by character of the truth."""
    cpu_ms: float


Read = Callable[[Case], str]


def main() -> None:
    """Print the tables."""
    network = PlateNetwork()
    real, drawn = samples(), rendered(random.Random(20260501))
    abroad, square = of_all_countries(random.Random(20260502)), in_squares(random.Random(20260503))
    groups = (
        (f"{len(real)} real, EU", real),
        (f"{len(drawn)} rendered, LT and LV, spoiled", drawn),
        (f"{len(abroad)} rendered, all countries, {len(fonts())} fonts", abroad),
        (f"{len(square)} rendered, in two lines", square),
        (f"{CHOSEN} rendered, words of no country's", of_no_country(random.Random(20260504))),
    )
    print("| plates | reading | exact | O/0 I/1 B/8 D/0 folded | CER | CPU ms a plate |\n|---|---|---|---|---|---|")
    for name, cases in groups:
        if not cases:
            print(f"| {name} | not measured: the samples are not there | | | | |")
            continue
        scores = contend(network, cases)
        plain, ours = scores["plain"], scores["with syntax"]
        for way, score in scores.items():
            print(f"| {name} | {way} | {score.exact:.1%} | {score.folded:.1%} | {score.cer:.1%} | {score.cpu_ms:.1f} |")
        wrong = (1 - plain.folded) / max(1 - ours.folded, 1 / len(cases))
        print(f"| {name} | **ratio of misreads, plain to ours** | | **{wrong:.1f}** | | |")
    right, tried = round_trips(random.Random(7))
    print(f"\nRendered and unspoiled, every format of LT and LV: {right} of {tried} read as they were written.\n")
    print("| confidence said | rendered plates | right |\n|---|---|---|")
    for least, most, count, share in reliability([*drawn, *abroad]):
        print(f"| {least:.2f}–{most:.2f} | {count} | {share:.1%} |")


def contend(network: PlateNetwork, cases: Sequence[Case]) -> dict[str, Score]:
    """How well each way reads `cases`."""
    no_syntax = PlateReader(network, graph(frozenset()))
    strangers = {id(case): without_country(network, country_of(case)) for case in cases}
    return {
        "plain": measure(cases, lambda case: plain_text(network.read(cut_out(case.picture, case.box)))),
        "with syntax": measure(cases, lambda case: text_by(load_reader(), case)),
        "no syntax": measure(cases, lambda case: text_by(no_syntax, case)),
        "own country left out": measure(cases, lambda case: text_by(strangers[id(case)], case)),
    }


def samples() -> list[Case]:
    """The real plates, if they are there: each picture's `.txt` holds file, x, y, w, h and text, by tabs."""
    cases = []
    for truth in sorted(SAMPLES.glob("*.txt")):
        name, *box, text = truth.read_text().split()
        picture = cv2.imread(str(truth.with_name(name)))
        if picture is None:
            raise FileNotFoundError(f"{truth.with_name(name)} is no picture")
        x, y, wide, high = map(int, box)
        cases.append(Case(picture.astype(np.uint8, copy=False), (x, y, wide, high), text, None))
    return cases


def rendered(rng: random.Random) -> list[Case]:
    """Plates of the two countries, cars' three times as often as each other kind."""
    kinds = [one for country in ("LT", "LV") for one in formats(frozenset({country})) if one.country]
    cars = [one for one in kinds if one.pattern in ("AAA:999", "AA 1999")]
    cases = []
    for _ in range(RENDERED):
        kind = rng.choice([*kinds, *cars, *cars])
        written, text = invent(kind, rng)
        picture = spoil(draw(written, country=kind.country or ""), rng, harm=rng.random())
        cases.append(Case(picture, None, text, kind.country))
    return cases


def of_all_countries(rng: random.Random) -> list[Case]:
    """Plates of every country alike, its formats as often as the table holds them for common."""
    kinds: dict[str, list[PlateFormat]] = {}
    for one in formats():
        if one.country is not None:
            kinds.setdefault(one.country, []).append(one)
    cases = []
    for _ in range(ABROAD):
        country = rng.choice(sorted(kinds))
        kind = rng.choices(kinds[country], [math.exp(-one.cost) for one in kinds[country]])[0]
        written, text = invent(kind, rng)
        picture = dress(written, country=country, font=rng.choice(fonts()), rng=rng)
        cases.append(Case(spoil(picture, rng, harm=0.5 * rng.random()), None, text, country))
    return cases


def in_squares(rng: random.Random) -> list[Case]:
    """Plates in two lines."""
    kinds = {(one.country, one.pattern): one for one in formats()}
    cases = []
    for _ in range(SQUARE):
        (country, pattern), first = rng.choice(list(BROKEN_AFTER.items()))
        _, text = invent(kinds[country, pattern], rng)
        lines, band = (text[:first], text[first:]), rng.random() < 0.7
        picture = in_two_lines(lines, country=country, font=rng.choice(fonts()), band=band)
        cases.append(Case(spoil(picture, rng, harm=0.5 * rng.random()), None, text, country))
    return cases


def of_no_country(rng: random.Random) -> list[Case]:
    """Chosen plates, which no format takes but that for any characters."""
    cases = []
    for _ in range(CHOSEN):
        word = rng.choice(WORDS)
        picture = dress(word, country=rng.choice(("LT", "LV", "SE", "HU")), font=rng.choice(fonts()), rng=rng)
        cases.append(Case(spoil(picture, rng, harm=0.5 * rng.random()), None, word, None))
    return cases


def measure(cases: Sequence[Case], read: Read) -> Score:
    """`read` on every case."""
    read(cases[0])  # warm
    begun = time.thread_time()
    said = [read(case) for case in cases]
    spent = time.thread_time() - begun
    truths = [case.text for case in cases]
    return Score(
        exact=float(np.mean([a == b for a, b in zip(said, truths, strict=True)])),
        folded=float(np.mean([a.translate(ALIKE) == b.translate(ALIKE) for a, b in zip(said, truths, strict=True)])),
        cer=sum(map(edits, said, truths)) / sum(map(len, truths)),
        cpu_ms=1000 * spent / len(cases),
    )


def edits(a: str, b: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, start=1):
            before, row[j] = row[j], min(before + (char != other), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def round_trips(rng: random.Random) -> tuple[int, int]:
    """How many unspoiled plates of the two countries are read as they were written, and of how many."""
    right = tried = 0
    for country in ("LT", "LV"):
        for kind in (one for one in formats(frozenset({country})) if one.country):
            for turn in range(ROUND_TRIPS):
                written, text = invent(kind, rng)
                font = fonts()[turn % len(fonts())]
                reading = load_reader().read(draw(written, country=country, font=font))
                right, tried = right + (reading is not None and reading.text == text), tried + 1
    return right, tried


def reliability(cases: Sequence[Case]) -> list[tuple[float, float, int, float]]:
    """Of readings by confidence, from and to: how many there are, and the share that is right."""
    reads = [(load_reader().read(case.picture), case.text) for case in cases]
    told = [(reading.confidence, reading.text == text) for reading, text in reads if reading is not None]
    bands = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.0))
    rows = []
    for least, most in bands:
        within = [right for said, right in told if least <= said < most or said == most == 1.0]
        if within:
            rows.append((least, most, len(within), sum(within) / len(within)))
    return rows


def country_of(case: Case) -> str | None:
    """The country of a plate, by what the full reader says where it is not known."""
    if case.country is not None:
        return case.country
    reading = load_reader().read(case.picture, case.box)
    return None if reading is None else reading.country


@cache
def without_country(network: PlateNetwork, country: str | None) -> PlateReader:
    """A reader that knows every country's syntax but one's."""
    known = {one.country for one in formats() if one.country is not None}
    return PlateReader(network, graph(frozenset(known - {country})))


def text_by(reader: PlateReader, case: Case) -> str:
    """What `reader` reads; nothing when it finds no text."""
    reading = reader.read(case.picture, case.box)
    return "" if reading is None else reading.text


if __name__ == "__main__":
    main()
