"""The converter: a small TensorFlow.js model gives the same numbers as ONNX."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from vision.model_building.convert import convert
from vision.model_building.graph import CannotConvert


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def integers(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def node(name: str, op: str, *inputs: str, **attributes: Any) -> dict[str, Any]:
    return {"name": name, "op": op, "input": list(inputs), "attr": attributes}


CONV = {
    "padding": text("VALID"),
    "data_format": text("NHWC"),
    "strides": integers(1, 1, 1, 1),
    "dilations": integers(1, 1, 1, 1),
}


def write_model(folder: Path, nodes: list[dict[str, Any]], weights: dict[str, NDArray[Any]]) -> tuple[Path, Path]:
    """A graph model with a 1 x 3 x 8 x 8 input `x` and the output `y`; `weights` are its constants, stored as fp16."""
    size = {"dim": [{"size": str(n)} for n in (1, 3, 8, 8)]}
    entries, stored = [], b""
    for name, value in weights.items():
        entry: dict[str, Any] = {"name": name, "shape": list(value.shape), "dtype": str(value.dtype)}
        if value.dtype == np.float32:
            entry["quantization"] = {"dtype": "float16"}
            value = value.astype(np.float16)  # noqa: PLW2901
        entries.append(entry)
        stored += value.tobytes()
    model = {
        "signature": {"inputs": {"x": {"name": "x:0"}}, "outputs": {"y": {"name": "y:0"}}},
        "modelTopology": {
            "node": [
                node("x", "Placeholder", shape={"shape": size}),
                *(node(name, "Const") for name in weights),
                *nodes,
            ]
        },
        "weightsManifest": [{"paths": ["model.bin"], "weights": entries}],
    }
    graph, constants = folder / "model.json", folder / "model.bin"
    graph.write_text(json.dumps(model))
    constants.write_bytes(stored)
    return graph, constants


def run(model: Path, x: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(onnxruntime.InferenceSession(model).run(["y"], {"x": x})[0])


def test_a_padded_convolution_with_bias_and_activation_gives_what_the_formula_gives(tmp_path: Path) -> None:
    kernel = np.arange(4, dtype=np.float32).reshape(1, 1, 1, 4)[..., :2].repeat(3, axis=2) / 4
    weights: dict[str, NDArray[Any]] = {
        "to_nhwc": np.array([0, 2, 3, 1], np.int32),
        "around": np.array([[0, 0], [0, 0], [1, 1], [1, 1]], np.int32),
        "kernel": kernel,
        "bias": np.array([0.5, -2], np.float32),
    }
    nodes = [
        node("padded", "Pad", "x", "around"),
        node("seen", "Transpose", "padded", "to_nhwc"),
        node("conv", "Conv2D", "seen", "kernel", **CONV),
        node("biased", "AddV2", "conv", "bias"),
        node("y", "LeakyRelu", "biased", alpha={"f": 0.1}),
    ]
    graph, constants = write_model(tmp_path, nodes, weights)
    convert(graph, constants, tmp_path / "out.onnx")
    x = np.random.default_rng(1).normal(size=(1, 3, 8, 8)).astype(np.float32)

    given = run(tmp_path / "out.onnx", x)

    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1))).transpose(0, 2, 3, 1)
    expected = padded @ kernel[0, 0] + weights["bias"]
    expected = np.where(expected < 0, expected * 0.1, expected)
    assert np.allclose(given, expected, atol=1e-5)


def test_split_concat_and_reshape_keep_tensorflows_axes(tmp_path: Path) -> None:
    weights = {
        "sizes": np.array([1, 2], np.int32),
        "axis": np.array(3, np.int32),
        "to_nhwc": np.array([0, 2, 3, 1], np.int32),
        "shape": np.array([1, -1, 3], np.int32),
    }
    nodes = [
        node("seen", "Transpose", "x", "to_nhwc"),
        node("parts", "SplitV", "seen", "sizes", "axis"),
        node("swapped", "ConcatV2", "parts:1", "parts", "axis"),
        node("y", "Reshape", "swapped", "shape"),
    ]
    graph, constants = write_model(tmp_path, nodes, weights)
    convert(graph, constants, tmp_path / "out.onnx")
    x = np.random.default_rng(2).normal(size=(1, 3, 8, 8)).astype(np.float32)

    seen = x.transpose(0, 2, 3, 1)
    expected = np.concatenate([seen[..., 1:], seen[..., :1]], axis=3).reshape(1, -1, 3)
    assert np.array_equal(run(tmp_path / "out.onnx", x), expected)


def test_the_converted_model_takes_pictures_of_another_size(tmp_path: Path) -> None:
    weights = {
        "to_nhwc": np.array([0, 2, 3, 1], np.int32),
        "size": np.array([16, 16], np.int32),
    }
    nodes = [
        node("seen", "Transpose", "x", "to_nhwc"),
        node("y", "ResizeBilinear", "seen", "size", half_pixel_centers={"b": True}),
    ]
    graph, constants = write_model(tmp_path, nodes, weights)
    convert(graph, constants, tmp_path / "out.onnx")

    assert run(tmp_path / "out.onnx", np.ones((1, 3, 4, 6), np.float32)).shape == (1, 8, 12, 3)


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ([node("y", "Softplus", "x")], r"operation Softplus \(node y\) is not known"),
        ([node("y", "Transpose", "x", "x")], "must be constant"),
        ([node("y", "Conv2D", "x", "k", **{**CONV, "padding": text("SAME")})], "not an unpadded NHWC Conv2D"),
        ([node("y", "ResizeBilinear", "x", "k", half_pixel_centers={"b": False})], "half-pixel"),
    ],
)
def test_what_the_converter_does_not_know_is_named(tmp_path: Path, nodes: list[dict[str, Any]], reason: str) -> None:
    graph, constants = write_model(tmp_path, nodes, {"k": np.zeros((1, 1, 3, 2), np.float32)})
    with pytest.raises(CannotConvert, match=reason):
        convert(graph, constants, tmp_path / "out.onnx")
