"""Measures the ranges that `quantise` needs, on footage: `python -m vision.models.ranges > vision/models/ranges.json`.

Done once for each network, by hand. Each picture is seen as it is, dark and washed out, turned over, and in parts.
"""

import json
from collections.abc import Iterator

import cv2
import numpy as np
import onnx
import onnxruntime

from vision.detector import load_detector
from vision.footage import find_footage
from vision.frames import Image, open_video
from vision.models.catalogue import find_model, read_catalogue
from vision.models.quantise import convolved, simplify

NETWORK = "nanodet-g"
EVERY = 10
"""One picture of so many of each clip."""


def main() -> None:
    """Print the ranges as JSON: [least, greatest] by the tensor's name."""
    entry = find_model(NETWORK, read_catalogue())
    model, detector = simplify(entry.weights()), load_detector(NETWORK)
    names = convolved(model)
    given = {output.name for output in model.graph.output} | {one.name for one in model.graph.input}
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names if name not in given)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (taken,) = (one.name for one in session.get_inputs())
    asked = [name for name in names if name != taken]
    seen: dict[str, tuple[float, float]] = {}
    for image in _pictures():
        tensor = detector.prepare(image)
        values = dict(zip(asked, session.run(asked, {taken: tensor}), strict=True), **{taken: tensor})
        for name, value in values.items():
            least, most = seen.get(name, (0.0, 0.0))
            seen[name] = (min(least, float(value.min())), max(most, float(value.max())))
    print(json.dumps({name: [round(side, 4) for side in seen[name]] for name in names}, indent=1))


def _pictures() -> Iterator[Image]:
    for clip in find_footage():
        with open_video(clip.path) as video:
            for image in (frame.image for frame in video if frame.index % EVERY == 0):
                height, width = image.shape[:2]
                yield image
                yield (image * 0.3).astype(np.uint8)
                yield cv2.convertScaleAbs(image, alpha=0.6, beta=100).astype(np.uint8)
                yield np.ascontiguousarray(image[::-1])
                yield np.ascontiguousarray(image[: height // 2, : width // 2])


if __name__ == "__main__":
    main()
