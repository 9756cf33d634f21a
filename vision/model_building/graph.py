"""The ONNX graph while the converter writes it: constants, nodes, and tensors whose transposition is still open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

OPSET = 18
"""Of ONNX's operators; those before 13 know no scale for each channel."""

Array = NDArray[Any]


class CannotConvert(ValueError):
    """The model holds something that this converter does not know; the message names it."""


@dataclass(frozen=True)
class Tensor:
    """A tensor of the ONNX graph; axis `i` of what TensorFlow sees is axis `order[i]` of what is stored."""

    name: str
    order: tuple[int, ...]


Value = Tensor | Array
"""A tensor known only at run time, or a constant known now."""


@dataclass
class Graph:
    """The ONNX graph while it is being written."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, value: Array) -> str:
        """The name of a new constant."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def emit(self, op: str, inputs: Sequence[str], *, outputs: int = 1, **attributes: Any) -> list[str]:
        """Write one node; the names of its outputs."""
        names = [f"{op.lower()}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names

    def arranged(self, value: Value, order: Sequence[int]) -> str:
        """The name of `value`, stored so that TensorFlow's axis `i` is axis `order[i]`."""
        if not isinstance(value, Tensor):
            return self.constant(value.transpose(np.argsort(order)))
        permutation = [value.order[axis] for axis in np.argsort(order)]
        if permutation == sorted(permutation):
            return value.name
        return self.emit("Transpose", [value.name], perm=permutation)[0]

    def plain(self, value: Value) -> str:
        """The name of `value` with its axes as TensorFlow sees them."""
        rank = len(value.order) if isinstance(value, Tensor) else value.ndim
        return self.arranged(value, range(rank))
