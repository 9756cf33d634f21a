"""Turns decoded pictures upright by quarter turns, as phones say in the file beside them. Mirrors nothing."""

from fractions import Fraction
from typing import Any

import av
import av.filter

_STEPS: dict[int, tuple[str, ...]] = {90: ("cclock",), 180: ("clock", "clock"), 270: ("clock",)}
"""FFmpeg's transposes for so many degrees counter-clockwise."""


class Turner:
    """Turns the pictures of one stream; FFmpeg's graph for it is made when pictures become others."""

    def __init__(self) -> None:
        self._like: tuple[object, ...] | None = None
        self._graph: Any = None

    def turned(self, picture: av.VideoFrame, rotation: int) -> av.VideoFrame:
        """`picture` turned by `rotation` degrees counter-clockwise, as a new one; itself where no quarter is asked."""
        steps = _STEPS.get(rotation % 360)
        if steps is None:
            return picture
        like = picture.width, picture.height, picture.format.name, steps
        if self._like != like:
            self._like = like
            self._graph = _graph(picture, steps)
        self._graph.push(picture)
        upright: av.VideoFrame = self._graph.pull()
        return upright


def _graph(picture: av.VideoFrame, steps: tuple[str, ...]) -> Any:
    graph: Any = av.filter.Graph()
    nodes = [
        graph.add_buffer(
            width=picture.width, height=picture.height, format=picture.format, time_base=Fraction(1, 90_000)
        )
    ]
    nodes += [graph.add("transpose", f"dir={step}") for step in steps]
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes)
    graph.configure()
    return graph
