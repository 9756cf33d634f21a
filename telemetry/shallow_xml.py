"""XML that somebody else wrote, built only down to a depth: what is nested without end costs nothing."""

from collections.abc import Callable
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder


class ShallowTree(TreeBuilder):
    """Builds elements down to `deepest`; calls `refuse`, which raises, for one below it."""

    def __init__(self, deepest: int, refuse: Callable[[], NoReturn]) -> None:
        super().__init__()
        self._deepest = deepest
        self._refuse = refuse
        self._depth = 0

    def start(self, tag: str, attrs: dict[Any, Any], /) -> Element:
        self._depth += 1
        if self._depth > self._deepest:
            self._refuse()
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)
