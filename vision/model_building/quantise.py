"""Writes a convolutional network with 8-bit numbers where it convolves; the build does it once to each shipped network.

What is between 8-bit numbers is told by QuantizeLinear and DequantizeLinear (ONNX's QDQ form), which the runtime melts
into 8-bit convolutions. The range of each tensor is given, so that the result is the same on every machine; weights
keep 7 bits, since processors without VNNI add two products in 16 (ONNX Runtime, "Quantize ONNX Models", reduce_range).
Needs numpy and onnx.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper, version_converter

from vision.model_building.graph import OPSET, Array, CannotConvert

Ranges = Mapping[str, tuple[float, float]]
"""Least and greatest value of a tensor, by its name in the network as `simplify` leaves it."""

WEIGHT_LEVELS = 63
ACTIVATION_LEVELS = 255


def quantise(network: bytes, ranges: Ranges, *, exact: int = 0) -> bytes:
    """`network` (ONNX) with its convolutions in 8 bits, and what is added to each other of their results.

    The first `exact` convolutions stay in 32: what is rounded there is wrong everywhere after. Raises CannotConvert
    when the range of a tensor is missing.
    """
    model = simplify(network)
    writer = _Writer(model.graph, ranges)
    for node in list(model.graph.node):
        if node.op_type == "Conv" and exact:
            exact -= 1
            writer.nodes.append(node)
        elif node.op_type == "Conv":
            writer.convolution(node)
        elif node.op_type == "Add" and all(writer.is_coarse(name) for name in node.input):
            writer.addition(node)
        elif not writer.has(node):
            writer.nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(writer.nodes)
    _drop_unused(model.graph)
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString(deterministic=True))


def simplify(network: bytes) -> onnx.ModelProto:
    """`network` with padding and added constants as part of the convolutions: the same numbers from fewer steps."""
    model = onnx.load_from_string(network)
    if model.opset_import[0].version < OPSET:
        model = version_converter.convert_version(model, OPSET)
    graph = model.graph
    constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for node in list(graph.node):
        if node.op_type == "Pad":
            _pad_inside(graph, node, constants)
        elif node.op_type == "Resize":
            _scale_all_axes(graph, node, constants)
    for node in [node for node in graph.node if node.op_type == "Conv"]:
        _add_inside(graph, node, constants)
    _drop_unused(graph)
    del graph.value_info[:]
    return onnx.shape_inference.infer_shapes(model)


def convolved(model: onnx.ModelProto) -> list[str]:
    """The tensors whose ranges `quantise` may ask for: what goes into a convolution, what comes out, and sums."""
    names = []
    for node in model.graph.node:
        if node.op_type == "Conv":
            names += [node.input[0], (_relu_after(model.graph, node) or node).output[0]]
        elif node.op_type == "Add":
            names.append(node.output[0])
    return list(dict.fromkeys(names))


def _relu_after(graph: onnx.GraphProto, conv: onnx.NodeProto) -> onnx.NodeProto | None:
    """The Relu that alone takes what `conv` gives: both are one step in 8 bits."""
    takers = _takers(graph, conv.output[0])
    if [taker.op_type for taker in takers] == ["Relu"]:
        return takers[0]
    return None


def _takers(graph: onnx.GraphProto, name: str) -> list[onnx.NodeProto]:
    return [node for node in graph.node if name in node.input]


def _pad_inside(graph: onnx.GraphProto, pad: onnx.NodeProto, constants: Mapping[str, Array]) -> None:
    """Let those that take what `pad` gives do it: zeros around what is convolved, nothing around a maximum."""
    takers = _takers(graph, pad.output[0])
    around = [int(n) for n in constants[pad.input[1]]]
    filling = 0.0
    if len(pad.input) > 2:
        filling = float(constants[pad.input[2]].item())
    fits = {"Conv": filling == 0, "MaxPool": filling == -np.inf}
    if len(around) != 8 or any(around[i] for i in (0, 1, 4, 5)) or not all(fits.get(t.op_type) for t in takers):
        return
    for taker in takers:
        taker.attribute.append(helper.make_attribute("pads", [around[2], around[3], around[6], around[7]]))
        taker.input[0] = pad.input[0]
    graph.node.remove(pad)


def _scale_all_axes(graph: onnx.GraphProto, node: onnx.NodeProto, constants: Mapping[str, Array]) -> None:
    """Name the scale of every axis: the runtime reorders axes, and trips over a list of some (onnxruntime 1.32)."""
    axes = next((one for one in node.attribute if one.name == "axes"), None)
    if axes is None:
        return
    scales = np.ones(4, np.float32)
    scales[list(axes.ints)] = constants[node.input[2]]
    node.input[2] = f"{node.output[0]}_scales"
    graph.initializer.append(numpy_helper.from_array(scales, node.input[2]))
    node.attribute.remove(axes)


def _add_inside(graph: onnx.GraphProto, conv: onnx.NodeProto, constants: Mapping[str, Array]) -> None:
    """Make a constant that is added to each channel after `conv` its bias."""
    takers = _takers(graph, conv.output[0])
    if len(conv.input) > 2 or len(takers) != 1 or takers[0].op_type != "Add":
        return
    add = takers[0]
    added = constants.get(add.input[1])
    if added is None or added.size != constants[conv.input[1]].shape[0] or added.ndim != 4 or added.shape[1] == 1:
        return
    name = f"{add.input[1]}_bias"
    graph.initializer.append(numpy_helper.from_array(added.reshape(-1), name))
    conv.input.append(name)
    conv.output[0] = add.output[0]
    graph.node.remove(add)


def _drop_unused(graph: onnx.GraphProto) -> None:
    used = {name for node in graph.node for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)


class _Writer:
    """The network's steps as they are written anew."""

    def __init__(self, graph: onnx.GraphProto, ranges: Ranges) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self._graph = graph
        self._ranges = ranges
        self._constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self._coarse: dict[str, tuple[str, float]] = {}

    def is_coarse(self, name: str) -> bool:
        """Whether the tensor `name` comes out of a step in 8 bits."""
        return name in self._coarse

    def has(self, node: onnx.NodeProto) -> bool:
        """Whether `node` was written with the one before it."""
        return node in self.nodes

    def convolution(self, conv: onnx.NodeProto) -> None:
        """`conv`, and the Relu that alone takes it, between tensors that are told in 8 bits."""
        relu = _relu_after(self._graph, conv)
        conv.input[0], scale = self._coarsened(conv.input[0])
        conv.input[1], scales = self._weights(conv.input[1])
        if len(conv.input) > 2:
            conv.input[2] = self._bias(conv.input[2], scales * np.float32(scale))
        self.nodes.append(conv)
        if relu is not None:
            self.nodes.append(relu)
        self._round(relu or conv)

    def addition(self, add: onnx.NodeProto) -> None:
        """`add`, of two tensors that are told in 8 bits; its sum is too."""
        self.nodes.append(add)
        self._round(add)

    def _round(self, node: onnx.NodeProto) -> None:
        """Let what `node` gives be told in 8 bits."""
        (name,) = node.output
        node.output[0] = f"{name}_fine"
        self._coarse[name] = (name, self._step(node.output[0], name, name))

    def _coarsened(self, name: str) -> tuple[str, float]:
        """The tensor `name` through 8 bits, once however many take it, and the size of one level."""
        if name not in self._coarse:
            self._coarse[name] = (f"{name}_coarse", self._step(name, f"{name}_coarse", name))
        return self._coarse[name]

    def _step(self, taken: str, given: str, ranged: str) -> float:
        """Write `taken` in 8 bits of the range of `ranged`, and back as `given`."""
        if ranged not in self._ranges:
            raise CannotConvert(f"the range of {ranged} is not known; measure the ranges of this network anew")
        least = min(self._ranges[ranged][0], 0.0)
        most = max(self._ranges[ranged][1], 0.0)
        scale = np.float32(max(most - least, 1e-6) / ACTIVATION_LEVELS)
        zero = np.uint8(np.clip(round(-least / float(scale)), 0, ACTIVATION_LEVELS))
        numbers = [self._constant(f"{given}_scale", scale), self._constant(f"{given}_zero", zero)]
        self.nodes.append(helper.make_node("QuantizeLinear", [taken, *numbers], [f"{given}_8bit"]))
        self.nodes.append(helper.make_node("DequantizeLinear", [f"{given}_8bit", *numbers], [given]))
        return float(scale)

    def _weights(self, name: str) -> tuple[str, Array]:
        """A convolution's weights, each output channel by a scale of its own."""
        weights = self._constants[name]
        most = np.maximum(np.abs(weights).max(axis=(1, 2, 3)), 1e-8)
        scales = (most / WEIGHT_LEVELS).astype(np.float32)
        coarse = np.round(weights / scales[:, None, None, None]).astype(np.int8)
        return self._back(name, coarse, scales), scales

    def _bias(self, name: str, scales: Array) -> str:
        return self._back(name, np.round(self._constants[name] / scales).astype(np.int32), scales.astype(np.float32))

    def _back(self, name: str, coarse: Array, scales: Array) -> str:
        parts: Iterable[str] = (
            self._constant(f"{name}_coarse", coarse),
            self._constant(f"{name}_scales", scales),
            self._constant(f"{name}_zeros", np.zeros(len(scales), coarse.dtype)),
        )
        self.nodes.append(helper.make_node("DequantizeLinear", list(parts), [f"{name}_back"], axis=0))
        return f"{name}_back"

    def _constant(self, name: str, value: Any) -> str:
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name
