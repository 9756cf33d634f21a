"""The text-reading network on a picture of a plate: which character each column shows. Knows no plate syntax.

PP-OCRv6 (Apache-2.0), which the build takes out of the wheel of `rapidocr`; nothing of that package is installed.
One thread that never spins, like every network here.
"""

import threading
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from vision.frames.decoder import Image
from vision.plates.syntax import ALPHABET, Floats

WEIGHTS = Path(__file__).parent.parent / "models/weights"
HEIGHT = 48
"""The network's own."""
WIDTH = 136
"""Plates are squeezed to this: 17 columns, two or more a character: enough, and cheap."""
AS_LATIN = str.maketrans("АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ|〇ØĐŁ", "ABEKMHOPCTYXIJSABEZHIKMNOPTYXI0ODL")
"""Cyrillic, Greek and other characters that look like one of ALPHABET and are read for it now and then."""
GAPS = " -–—−:.·•*'’"
"""What a seal, a hyphen, a dot or room is read for."""
TWINS = (("O", "0"), ("I", "1"))
TWIN_SHARE = 0.45
"""Countries draw these pairs all but alike: each gets this share of what its twin is given, and the place decides."""


class PlateNetwork:
    """The network, loaded once; callers on several threads take turns."""

    def __init__(self, file: Path | None = None) -> None:
        """`file`: another ONNX file of the same family. Raises Misconfigured when it is not there or not one."""
        self._session = open_session(file or model_file("PP-OCRv6_rec_small.onnx"))
        self._input = self._session.get_inputs()[0].name
        named = self._session.get_modelmeta().custom_metadata_map.get("character", "").splitlines()
        if not named:
            raise Misconfigured(Message("plates.network_without_characters"))
        characters = ["", *named, " "]
        self._groups, self._starts = _groups(characters)
        self._gaps = [index for index, character in enumerate(characters) if character and character in GAPS]
        self._turn = threading.Lock()

    def read(self, plate: Image) -> Floats:
        """Probabilities, columns x (1 + ALPHABET + 1), of `plate` (blue green red).

        The first is that of no character, the last that of GAPS.
        """
        small = cv2.resize(plate, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        tensor = ((small.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[None]
        with self._turn:
            known = self._session.run(None, {self._input: tensor})[0][0]
        chars = np.add.reduceat(known[:, self._groups], self._starts, axis=1)
        shared = chars.copy()
        for a, b in TWINS:
            i = ALPHABET.index(a)
            j = ALPHABET.index(b)
            shared[:, i] = np.maximum(chars[:, i], TWIN_SHARE * chars[:, j])
            shared[:, j] = np.maximum(chars[:, j], TWIN_SHARE * chars[:, i])
        gaps = known[:, self._gaps].sum(axis=1, keepdims=True)
        none = np.clip(1 - chars.sum(axis=1, keepdims=True) - gaps, 0, 1)
        columns: Floats = np.hstack([none, shared, gaps]).astype(np.float32)
        return columns


def plain_text(columns: Floats) -> str:
    """What the network says by itself: the likeliest character of each column, repeats dropped (best-path decoding)."""
    best = columns.argmax(axis=1)
    return "".join(
        ALPHABET[k - 1] for i, k in enumerate(best) if 0 < k <= len(ALPHABET) and (i == 0 or k != best[i - 1])
    )


def model_file(name: str) -> Path:
    """Where the build put the model `name`. Raises Misconfigured when it is not there."""
    file = WEIGHTS / name
    if not file.is_file():
        raise Misconfigured(Message("plates.network_missing", model=name))
    return file


def open_session(file: Path) -> Any:
    """An ONNX Runtime session on `file`. Raises Misconfigured."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors have no common class of their own
        raise Misconfigured(Message("plates.no_network", file=file.name, reason=error)) from error


def _groups(characters: Sequence[str]) -> tuple[Any, Any]:
    """The network's classes that mean a character of ALPHABET, in its order, and where each one's begin.

    Small letters, letters with accents and letters of other scripts that look the same count as the plain one; a small
    L is a mere stroke, so on a plate it is an I.
    """
    members: dict[str, list[int]] = {char: [] for char in ALPHABET}
    for index, character in enumerate(characters):
        plain = unicodedata.normalize("NFKD", character.replace("l", "I").upper()).translate(AS_LATIN)[:1].upper()
        if plain in members:
            members[plain].append(index)
    starts = np.cumsum([0, *(len(group) for group in members.values())])[:-1]
    return np.concatenate([np.array(group) for group in members.values()]), starts
