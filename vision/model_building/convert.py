"""Turns a TensorFlow.js graph model into an ONNX file; the build does it once to the shipped detector.

Knows the operations of a convolutional detector with constant weights; no control flow. Needs numpy and onnx.
TensorFlow convolves in NHWC, ONNX in NCHW: a transposition is only noted on the tensor, and written when an operation
cannot do without it, so that nearly all of them cancel.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from vision.model_building.graph import OPSET, Array, CannotConvert, Graph, Tensor, Value

IR_VERSION = 9

Node = dict[str, Any]
"""One node of `modelTopology.node`: name, op, input, attr."""

_FROM_NHWC = (0, 2, 3, 1)
"""`Tensor.order` of what TensorFlow sees as NHWC and ONNX stores as NCHW."""


def convert(model_json: Path, weights: Path, output: Path) -> None:
    """Write `output` (ONNX) from a graph model and its weights.

    Input and outputs keep TensorFlow's names in the signature's natural order. Height and width are left open: any
    multiple of the coarsest stride works. Raises CannotConvert.
    """
    model = json.loads(model_json.read_text("utf-8"))
    constants = dict(_read_weights(model["weightsManifest"], weights.read_bytes()))
    nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
    graph = Graph()
    values: dict[str, list[Value]] = {}
    wanted = sorted(
        (entry["name"].partition(":")[0] for entry in model["signature"]["outputs"].values()),
        key=lambda name: (len(name), name),
    )
    inputs = []
    for node in _in_order(nodes, wanted):
        name = node["name"]
        op = node["op"]
        if op == "Const":
            values[name] = [constants[name]]
        elif op == "Placeholder":
            shape = [int(d["size"]) for d in node["attr"]["shape"]["shape"]["dim"]]
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
            values[name] = [Tensor(name, tuple(range(len(shape))))]
        elif op in TRANSLATORS:
            values[name] = TRANSLATORS[op](graph, node, [_pick(values, reference) for reference in node["input"]])
        else:
            raise CannotConvert(f"{model_json.name}: operation {op} (node {name}) is not known to the converter")
    for name in wanted:
        graph.nodes.append(helper.make_node("Identity", [graph.plain(values[name][0])], [name]))
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted]
    made = helper.make_model(
        helper.make_graph(graph.nodes, model_json.stem, inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
    )
    made = _with_open_size(made)
    onnx.checker.check_model(made, full_check=True)
    onnx.save(made, output)


def _read_weights(manifest: Sequence[dict[str, Any]], buffer: bytes) -> Iterator[tuple[str, Array]]:
    """Name and value of each constant. Format: tfjs-core `io/types.ts`, WeightsManifestEntry."""
    offset = 0
    for entry in (weight for group in manifest for weight in group["weights"]):
        stored = np.dtype(entry.get("quantization", entry)["dtype"])
        count = int(np.prod(entry["shape"], dtype=np.int64))
        value = np.frombuffer(buffer, stored, count, offset).astype(entry["dtype"])
        offset += count * stored.itemsize
        yield entry["name"], value.reshape(entry["shape"])


def _in_order(nodes: dict[str, Node], wanted: Sequence[str]) -> Iterator[Node]:
    """What the outputs need, each node after its inputs."""
    done: set[str] = set()
    waiting = list(reversed(wanted))
    while waiting:
        name = waiting[-1]
        missing = [n for n in (_node_of(r) for r in nodes[name].get("input", [])) if n not in done]
        if missing and name not in done:
            waiting.extend(reversed(missing))
            continue
        waiting.pop()
        if name not in done:
            done.add(name)
            yield nodes[name]


def _node_of(reference: str) -> str:
    return reference.partition(":")[0]


def _pick(values: dict[str, list[Value]], reference: str) -> Value:
    name, _, output = reference.partition(":")
    return values[name][int(output or 0)]


def _with_open_size(model: onnx.ModelProto) -> onnx.ModelProto:
    """`model` with height and width open: resizing by ratio instead of to a size, and no fixed shape in the header."""
    known = onnx.shape_inference.infer_shapes(model, strict_mode=True)
    shapes = {
        info.name: [d.dim_value for d in info.type.tensor_type.shape.dim]
        for info in [*known.graph.value_info, *known.graph.input]
    }
    for node in model.graph.node:
        if node.op_type == "Resize":
            before = shapes[node.input[0]][2:]
            after = shapes[node.output[0]][2:]
            ratio = np.array([b / a for a, b in zip(before, after, strict=True)], np.float32)
            name = f"{node.output[0]}_ratio"
            model.graph.initializer.append(numpy_helper.from_array(ratio, name))
            node.input[:] = [node.input[0], "", name]
    for info in model.graph.input:
        info.type.tensor_type.shape.dim[2].dim_param = "height"
        info.type.tensor_type.shape.dim[3].dim_param = "width"
    used = {name for node in model.graph.node for name in node.input}
    kept = [constant for constant in model.graph.initializer if constant.name in used]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    return onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)


def _integers(node: Node, attribute: str) -> list[int]:
    return [int(i) for i in node["attr"][attribute]["list"]["i"]]


def _text(node: Node, attribute: str) -> str:
    return base64.b64decode(node["attr"][attribute]["s"]).decode()


def _constant(node: Node, value: Value) -> Array:
    if isinstance(value, Tensor):
        raise CannotConvert(f"node {node['name']} ({node['op']}) takes from the data what must be constant")
    return value


def _tensor(node: Node, value: Value) -> Tensor:
    if not isinstance(value, Tensor):
        raise CannotConvert(f"node {node['name']} ({node['op']}) works on a constant")
    return value


def _check_unpadded(node: Node) -> None:
    if _text(node, "padding") != "VALID" or _text(node, "data_format") != "NHWC":
        raise CannotConvert(f"node {node['name']} is not an unpadded NHWC {node['op']}, the kind that is known")


def _conv(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    _check_unpadded(node)
    kernel = _constant(node, inputs[1]).transpose(3, 2, 0, 1)
    made = graph.emit(
        "Conv",
        [graph.arranged(inputs[0], _FROM_NHWC), graph.constant(kernel)],
        strides=_integers(node, "strides")[1:3],
        dilations=_integers(node, "dilations")[1:3],
    )
    return [Tensor(made[0], _FROM_NHWC)]


def _max_pool(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    _check_unpadded(node)
    made = graph.emit(
        "MaxPool",
        [graph.arranged(inputs[0], _FROM_NHWC)],
        kernel_shape=_integers(node, "ksize")[1:3],
        strides=_integers(node, "strides")[1:3],
    )
    return [Tensor(made[0], _FROM_NHWC)]


def _resize(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    if not node["attr"]["half_pixel_centers"]["b"]:
        raise CannotConvert(f"node {node['name']} resizes without half-pixel centres")
    stored = graph.arranged(inputs[0], _FROM_NHWC)
    size = graph.constant(_constant(node, inputs[1]).astype(np.int64))
    made = graph.emit("Resize", [stored, "", "", size], mode="linear", axes=[2, 3])
    return [Tensor(made[0], _FROM_NHWC)]


def _add(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    left, right = inputs if isinstance(inputs[0], Tensor) else inputs[::-1]
    if not isinstance(left, Tensor):
        return [np.add(left, cast(Array, right))]
    if not isinstance(right, Tensor):
        right = right.reshape((1,) * (len(left.order) - right.ndim) + right.shape)
    return [Tensor(graph.emit("Add", [left.name, graph.arranged(right, left.order)])[0], left.order)]


def _pad(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    around = _constant(node, inputs[1]).T.reshape(-1).astype(np.int64)
    filling = np.float32(_constant(node, inputs[2]) if len(inputs) > 2 else 0)
    name = graph.plain(inputs[0])
    made = graph.emit("Pad", [name, graph.constant(around), graph.constant(np.asarray(filling))])
    return [Tensor(made[0], tuple(range(len(around) // 2)))]


def _one_by_one(op: str, *attributes: str) -> "Translator":
    """A translator for an operation on each element, whatever the order of the axes."""

    def translate(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
        tensor = _tensor(node, inputs[0])
        given: dict[str, Any] = {name: float(node["attr"][name]["f"]) for name in attributes}
        return [Tensor(graph.emit(op, [tensor.name], **given)[0], tensor.order)]

    return translate


def _transpose(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    tensor = _tensor(node, inputs[0])
    return [Tensor(tensor.name, tuple(tensor.order[int(axis)] for axis in _constant(node, inputs[1])))]


def _concat(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    first = _tensor(node, inputs[0])
    axis = first.order[int(_constant(node, inputs[-1]))]
    parts = [graph.arranged(part, first.order) for part in inputs[:-1]]
    return [Tensor(graph.emit("Concat", parts, axis=axis)[0], first.order)]


def _split(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    tensor = _tensor(node, inputs[0])
    sizes = _constant(node, inputs[1]).astype(np.int64)
    axis = tensor.order[int(_constant(node, inputs[2]))]
    made = graph.emit("Split", [tensor.name, graph.constant(sizes)], outputs=len(sizes), axis=axis)
    return [Tensor(name, tensor.order) for name in made]


def _reshape(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    shape = _constant(node, inputs[1]).astype(np.int64)
    made = graph.emit("Reshape", [graph.plain(inputs[0]), graph.constant(shape)])
    return [Tensor(made[0], tuple(range(len(shape))))]


def _scatter(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    """SparseToDense of constants: `values` at `indices` of an array filled with a default."""
    indices, shape, given, default = (_constant(node, value) for value in inputs)
    dense = np.full(shape.astype(int), default)
    if indices.size:
        dense[tuple(indices.reshape(-1, len(shape)).T)] = given
    return [dense]


def _same(graph: Graph, node: Node, inputs: list[Value]) -> list[Value]:
    return [inputs[0]]


Translator = Callable[[Graph, Node, list[Value]], list[Value]]

TRANSLATORS: dict[str, Translator] = {
    "Add": _add,
    "AddV2": _add,
    "ConcatV2": _concat,
    "Conv2D": _conv,
    "Identity": _same,
    "LeakyRelu": _one_by_one("LeakyRelu", "alpha"),
    "MaxPool": _max_pool,
    "Pad": _pad,
    "PadV2": _pad,
    "Reshape": _reshape,
    "ResizeBilinear": _resize,
    "Sigmoid": _one_by_one("Sigmoid"),
    "SparseToDense": _scatter,
    "SplitV": _split,
    "Transpose": _transpose,
}
