"""Finds objects in one picture with a model of the catalogue. Follows nothing from picture to picture.

Runs on one thread that never spins: on a small machine with many cameras that is the cheapest way to the same boxes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from telemetry.errors import Misconfigured
from telemetry.messages import Message
from vision.frames.decoder import Image
from vision.models.catalogue import DEFAULT_MODEL, ModelEntry, find_model, read_catalogue

Floats = NDArray[np.float32]

GRID = 32
"""The network's coarsest stride: its input is a multiple of this in both directions."""


class Box(NamedTuple):
    """Left, top, right, bottom."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def width(self) -> float:
        return self.x2 - self.x1

    @property
    def height(self) -> float:
        return self.y2 - self.y1


@dataclass(frozen=True)
class Detection:
    """One object seen in one picture."""

    label: str
    score: float
    """0..1, as the network says; not a probability."""
    box: Box
    """Pixels of the picture."""


class Detector(Protocol):
    """Anything that finds objects in a picture."""

    @property
    def input_side(self) -> int | None:
        """The longer side of what it makes of any picture, pixels; None when it is to be given whole pictures only."""

    def detect(self, image: Image) -> Sequence[Detection]:
        """The objects in `image` (blue green red), best first."""


class OnnxDetector:
    """A detector that runs a catalogue model with ONNX Runtime. Any thread may call it, several at once too."""

    def __init__(self, entry: ModelEntry, *, min_score: float = 0.25, overlap: float = 0.6) -> None:
        """`overlap`: boxes of one class whose intersection over union is more are one object.

        Raises Misconfigured when the model's file is missing, altered, or no network that ONNX Runtime takes.
        """
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        weights = entry.weights()
        try:
            self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime's errors have no common class of their own
            raise Misconfigured(
                Message("models.no_network", model=entry.name, file=entry.file, reason=error)
            ) from error
        self.entry = entry
        self.input_side: int | None = entry.size
        self._decode = DECODERS[entry.decoder]
        self._min_score = min_score
        self._overlap = overlap
        self._input = self._session.get_inputs()[0].name
        self._input_size = self._session.get_inputs()[0].shape[2:]
        self._outputs = [output.name for output in self._session.get_outputs()]
        self._mean = np.array(entry.mean, np.float32)
        self._factor = 1 / np.array(entry.std, np.float32)

    def detect(self, image: Image) -> list[Detection]:
        """The objects in `image`, best first."""
        tensor = self.prepare(image)
        scale = self._scale(image)
        outputs = self.run(tensor)
        boxes, scores = self._decode(outputs, tensor.shape[3], tensor.shape[2], self._min_score)
        if scores.shape[1] != len(self.entry.classes):
            told = scores.shape[1]
            wrong = Message("models.other_classes", model=self.entry.name, told=told, named=len(self.entry.classes))
            raise Misconfigured(wrong)
        boxes = np.clip(boxes / scale, 0, [image.shape[1], image.shape[0]] * 2)
        return [
            Detection(self.entry.classes[label], score, box)
            for label, score, box in suppress_doubles(boxes, scores, self._min_score, self._overlap)
        ]

    def run(self, tensor: Floats) -> Sequence[Floats]:
        """What the network makes of what `prepare` gave."""
        outputs: Sequence[Floats] = self._session.run(self._outputs, {self._input: tensor})
        return outputs

    def _scale(self, image: Image) -> float:
        return self.entry.size / float(max(image.shape[:2]))

    def prepare(self, image: Image) -> Floats:
        """What the network sees: `image` scaled, never stretched, filled up right and below.

        Filled up to a multiple of GRID, or to the network's own size where that is fixed.
        """
        scale = self._scale(image)
        size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
        small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        height, width = (
            fixed if isinstance(fixed, int) else -(-side // GRID) * GRID
            for fixed, side in zip(self._input_size, size[::-1], strict=True)
        )
        tensor = np.zeros((1, 3, height, width), np.float32)
        for to, of in enumerate((2, 1, 0) if self.entry.order == "rgb" else (0, 1, 2)):
            plane = tensor[0, to, : size[1], : size[0]]
            np.multiply(small[:, :, of], self._factor[to], out=plane)
            plane -= self._mean[to] * self._factor[to]
        return tensor


def load_detector(
    name: str = DEFAULT_MODEL, catalogue: dict[str, ModelEntry] | None = None, *, min_score: float = 0.25
) -> OnnxDetector:
    """The detector called `name`. Raises NotFound (no such model) and Misconfigured (its file is not right)."""
    return OnnxDetector(find_model(name, catalogue or read_catalogue()), min_score=min_score)


def decode_nanodet(outputs: Sequence[Floats], width: int, height: int, min_score: float) -> tuple[Floats, Floats]:
    """Boxes (n x 4: left, top, right, bottom in network pixels) and class scores (n x classes) above `min_score`.

    `outputs`: class scores (1 x cells x classes, 0..1) for strides 8, 16, 32, then box distributions
    (1 x cells x 44) likewise. Each side of a box is the expectation over 11 bins, in strides from the cell's centre
    (Generalized Focal Loss, arXiv:2006.04388, section 3; nanodet_head.py in the NanoDet repository).
    """
    if len(outputs) != 6:
        raise Misconfigured(f"the model gives {len(outputs)} outputs; decoder nanodet reads six")
    boxes = []
    scores = []
    for stride, scored, distributed in zip((8, 16, 32), outputs[:3], outputs[3:], strict=True):
        columns = width // stride
        rows = height // stride
        if scored.shape[1] != columns * rows:
            raise Misconfigured(f"the model gives {scored.shape[1]} cells at stride {stride}, not {columns} x {rows}")
        kept = np.flatnonzero(scored[0].max(axis=1) >= min_score)
        bins = distributed[0, kept].reshape(len(kept), 4, distributed.shape[2] // 4)
        weights = np.exp(bins - bins.max(axis=2, keepdims=True))
        distances = (weights @ np.arange(bins.shape[2], dtype=np.float32)) / weights.sum(axis=2) * stride
        centre = np.stack([kept % columns, kept // columns], axis=1) * stride + stride / 2
        boxes.append(np.hstack([centre - distances[:, :2], centre + distances[:, 2:]]))
        scores.append(scored[0, kept])
    return np.vstack(boxes).astype(np.float32), np.vstack(scores)


def decode_centerface(outputs: Sequence[Floats], width: int, height: int, min_score: float) -> tuple[Floats, Floats]:
    """Boxes and scores of faces, as decode_nanodet gives them, each of them a peak among its eight neighbours.

    `outputs`: how sure a cell is the centre of a face (0..1), the logarithms of height and width in cells, and how far
    down and right of the cell the centre is (CenterFace, arXiv:1911.03599, section 3).
    """
    if len(outputs) != 3:
        raise Misconfigured(f"the model gives {len(outputs)} outputs; decoder centerface reads three")
    sure, sizes, offsets = (output[0] for output in outputs)
    stride = height / sure.shape[1]
    peaks = (sure[0] == cv2.dilate(sure[0], np.ones((3, 3), np.uint8))) & (sure[0] >= min_score)
    rows, columns = np.nonzero(peaks)
    half = np.exp(sizes[::-1, rows, columns]) * stride / 2
    centre = (np.stack([columns, rows]) + offsets[::-1, rows, columns] + 0.5) * stride
    boxes = np.vstack([centre - half, centre + half]).T
    return boxes.astype(np.float32), sure[0, rows, columns][:, None]


DECODERS: dict[str, Callable[[Sequence[Any], int, int, float], tuple[Floats, Floats]]] = {
    "nanodet": decode_nanodet,
    "centerface": decode_centerface,
}
"""How each `decoder` of the catalogue reads a network's outputs."""


def suppress_doubles(boxes: Floats, scores: Floats, min_score: float, overlap: float) -> list[tuple[int, float, Box]]:
    """(class, score, box) of each object once, best first: non-maximum suppression within each class, then, for boxes
    that are all but the same, across classes."""
    if not len(boxes):
        return []
    corners = np.hstack([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]]).astype(float)
    labels = scores.argmax(axis=1)
    best = scores.max(axis=1).astype(float)
    kept = np.asarray(
        cv2.dnn.NMSBoxesBatched(corners.tolist(), best.tolist(), labels.tolist(), min_score, overlap), np.intp
    )
    if len(kept):
        kept = kept[np.asarray(cv2.dnn.NMSBoxes(corners[kept].tolist(), best[kept].tolist(), min_score, 0.85), np.intp)]
    found = [(int(labels[i]), float(best[i]), Box(*map(float, boxes[i]))) for i in kept]
    return sorted(found, key=lambda one: -one[1])
