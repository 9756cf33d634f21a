"""The 8-bit network: it gives what the exact one gives, to within a level of 8 bits."""

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from vision.model_building.graph import CannotConvert
from vision.model_building.quantise import convolved, quantise, simplify

RANGES = {"x": (-1.0, 1.0), "added": (-4.0, 4.0)}


def network() -> bytes:
    """Padding, a convolution, something added to each channel, a maximum: what the shipped detector is made of."""
    rng = np.random.default_rng(2)
    constants = {
        "around": np.array([0, 0, 1, 1, 0, 0, 1, 1]),
        "zero": np.zeros(1, np.float32),
        "kernel": rng.uniform(-0.3, 0.3, (4, 3, 3, 3)).astype(np.float32),
        "offset": rng.uniform(-0.5, 0.5, (1, 4, 1, 1)).astype(np.float32),
        "twice": np.array([2.0, 2.0], np.float32),
    }
    nodes = [
        helper.make_node("Pad", ["x", "around", "zero"], ["padded"]),
        helper.make_node("Conv", ["padded", "kernel"], ["convolved"], strides=[2, 2]),
        helper.make_node("Add", ["convolved", "offset"], ["added"]),
        helper.make_node("Resize", ["added", "", "twice"], ["y"], mode="linear", axes=[2, 3]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    stored = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "small", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    return bytes(model.SerializeToString())


def run(content: bytes, x: NDArray[np.float32]) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


X = np.random.default_rng(3).uniform(-1, 1, (1, 3, 8, 8)).astype(np.float32)


def test_padding_and_what_is_added_go_into_the_convolution_and_change_nothing() -> None:
    simple = simplify(network())
    assert [node.op_type for node in simple.graph.node] == ["Conv", "Resize"]
    assert np.allclose(run(simple.SerializeToString(), X), run(network(), X), atol=1e-5)


def test_eight_bits_give_the_same_to_within_their_steps() -> None:
    assert np.abs(run(quantise(network(), RANGES), X) - run(network(), X)).max() < 0.08


def test_the_result_is_the_same_each_time_and_convolves_in_whole_numbers() -> None:
    made = quantise(network(), RANGES)
    assert made == quantise(network(), RANGES)
    (conv,) = (node for node in onnx.load_from_string(made).graph.node if node.op_type == "Conv")
    assert list(conv.input) == ["x_coarse", "kernel_back", "offset_bias_back"]


def test_the_tensors_whose_ranges_are_needed_are_told() -> None:
    assert convolved(simplify(network())) == ["x", "added"]


def test_a_range_that_is_not_known_is_named() -> None:
    with pytest.raises(CannotConvert, match="the range of added is not known; measure the ranges"):
        quantise(network(), {"x": (-1.0, 1.0)})


def branching() -> bytes:
    """A first convolution whose result one more takes, with what is left of it above zero, and their sum."""
    rng = np.random.default_rng(4)
    kernels = {f"kernel_{n}": rng.uniform(-0.3, 0.3, (3, 3, 1, 1)).astype(np.float32) for n in range(2)}
    nodes = [
        helper.make_node("Conv", ["x", "kernel_0"], ["first"]),
        helper.make_node("Relu", ["first"], ["above"]),
        helper.make_node("Conv", ["above", "kernel_1"], ["second"]),
        helper.make_node("Add", ["second", "above"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["y"]),
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 8, 8])
    stored = [numpy_helper.from_array(value, name) for name, value in kernels.items()]
    graph = helper.make_graph(nodes, "branching", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    return bytes(model.SerializeToString())


BRANCHING = {"x": (-1.0, 1.0), "above": (0.0, 1.0), "second": (-1.0, 1.0), "sum": (-1.0, 2.0)}


def steps(content: bytes) -> list[str]:
    """Its steps, in order."""
    return [node.op_type for node in onnx.load_from_string(content).graph.node]


def test_relu_and_sums_are_told_in_8_bits_with_what_they_follow() -> None:
    made = quantise(branching(), BRANCHING)
    assert np.abs(run(made, X) - run(branching(), X)).max() < 0.02
    assert convolved(simplify(branching())) == ["x", "above", "second", "sum"]
    assert steps(made).count("QuantizeLinear") == len(BRANCHING)


def test_the_first_convolutions_stay_as_they_are_where_that_is_asked() -> None:
    made = quantise(branching(), BRANCHING, exact=1)
    assert steps(made)[:2] == ["Conv", "Relu"]
    rough = quantise(branching(), BRANCHING)
    off, rough_off = (np.abs(run(one, X) - run(branching(), X)).mean() for one in (made, rough))
    assert off < rough_off
