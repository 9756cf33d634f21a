"""Waiting for clips that the running application makes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from mapserver.core.services import Services
from telemetry.store import Change

PATIENCE_S = 60


@contextmanager
def hearing(parts: Services, wanted: Callable[[Change], bool]) -> Iterator[Callable[[], Change]]:
    """Listen from now on; what is given waits for the first change that is `wanted`."""
    heard, found = threading.Event(), list[Change]()

    def listen(changes: Sequence[Change]) -> None:
        found.extend(change for change in changes if wanted(change))
        if found:
            heard.set()

    def wait() -> Change:
        assert heard.wait(PATIENCE_S), "nobody told of it"
        return found[0]

    stop = parts.store.listen(listen)
    try:
        yield wait
    finally:
        stop()


def is_over(change: Change) -> bool:
    """Whether a clip is made, or never will be."""
    return change.kind == "clip" and (change.data or {})["state"] in ("ready", "failed")


def is_begun(change: Change) -> bool:
    """Whether a clip is being made."""
    return change.kind == "clip" and (change.data or {})["state"] == "working"
