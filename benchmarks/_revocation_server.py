"""The whole server with an embedded broker for devices, as the demo has one, in a process of its own.

`python -m benchmarks._revocation_server FOLDER` prints the server's address and the broker's port once both listen,
and serves until SIGTERM.
"""

import asyncio
import sys
from contextlib import closing
from pathlib import Path

from mapserver.access.broker_admission import admit_devices
from mapserver.core.settings import load, new_secret
from mapserver.program.opening import open_parts
from mapserver.program.server import run_server
from telemetry.mqtt.broker import EmbeddedBroker


async def _serve(folder: Path) -> None:
    parts = open_parts(load(folder))
    with closing(parts.store):
        async with EmbeddedBroker(username="vanagas", password=new_secret()) as broker:
            broker.admit = admit_devices(parts.principals)
            await run_server(parts, on_ready=lambda url: print(f"{url} {broker.port}", flush=True))


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))
