"""Starts servers without the seconds that loading takes: everything is loaded once, and each server is a fork of that.

Reads a line of JSON for each server, prints its process id; the server prints `ready URL` itself. Kills none.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mapserver.core.only_server import only_server
from mapserver.core.settings import load
from mapserver.program.logs import set_up_log
from mapserver.program.opening import open_parts
from mapserver.program.server import run_server


class SteppedClock:
    """The machine's clock, set wrong by the seconds in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The present moment by that clock, UTC."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))


def serve(data: Path, port: int) -> None:
    """What `vanagas serve` does, by the stepped clock of DATA/clock."""
    set_up_log()
    settings = load(data, port=port)
    with only_server(data):
        parts = open_parts(settings)
        parts.clock = SteppedClock(data / "clock")
        with closing(parts.store):
            asyncio.run(run_server(parts, on_ready=lambda url: print(f"ready {url}", flush=True)))


def main() -> None:
    """Fork a server for each line of standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a killed server
    for line in sys.stdin:
        wanted = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            try:
                serve(Path(wanted["data"]), wanted["port"])
            finally:
                os._exit(0)  # libraries would end threads that a fork does not have
        print(f"started {child}", flush=True)


if __name__ == "__main__":
    main()
