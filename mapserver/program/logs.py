"""The log: lines with their time zone on standard error, and a line for each flight. Chooses no file."""

import logging
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:  # the command line sets up the log long before it needs a database
    from telemetry.store import Change

log = logging.getLogger(__name__)

CHATTER = ("alembic", "httpx", "transitions", "amqtt", "uvicorn.error", "rasterio")
"""Libraries of whose lines only warnings are of use."""
LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TIME = "%Y-%m-%dT%H:%M:%S%z"


def set_up_log() -> None:
    """Lines of the form `2026-11-30T12:00:00+0200 INFO name: message` on standard error."""
    logging.basicConfig(level=logging.INFO, format=LINE, datefmt=TIME, stream=sys.stderr)
    for library in CHATTER:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(is_no_cancel)


def is_no_cancel(record: logging.LogRecord) -> bool:
    """False for a request that was cut off when the server stopped: as many traces as there were requests tell no more
    than the line before them, which has their number."""
    kind = None if record.exc_info is None else record.exc_info[0]
    return kind is None or kind.__name__ != "CancelledError"  # by name: asyncio is loaded by a server only


def never_fail_to_print(*streams: TextIO) -> None:
    """Have characters that the locale's encoding lacks printed as escapes, such as `\\u2713`, instead of an error."""
    for stream in streams:
        encoding = stream.encoding or "utf-8"  # a stream in memory has none
        if encoding.lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


class FlightLog:
    """Logs each change of a flight's state, once it is committed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, str] = {}

    def hear(self, changes: "Sequence[Change]") -> None:
        """A listener of the store."""
        for change in changes:
            if change.kind == "flight" and change.data is not None:
                self._see(change.id, change.data)

    def _see(self, flight_id: str, flight: dict[str, object]) -> None:
        state = str(flight["state"])
        with self._lock:
            if self._states.get(flight_id) == state:
                return
            self._states[flight_id] = state
        outcome = ""
        if flight.get("outcome"):
            outcome = f": {flight['outcome']}"
        log.info("flight %s of %s by %s is %s%s", flight_id, flight["unit_id"], flight["pilot"], state.upper(), outcome)
