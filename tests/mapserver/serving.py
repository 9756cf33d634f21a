"""The application under uvicorn on a port of this machine, in a thread, for tests that need real sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from mapserver.core.services import Services
from mapserver.program.server import server_config

READY_WITHIN_S = 180


@contextmanager
def serving(parts: Services) -> Iterator[str]:
    """Its address, such as `127.0.0.1:40123`, while the block runs."""
    started = threading.Event()
    config = server_config(parts)
    config.port = 0
    server = _Server(config, started)
    thread = threading.Thread(target=server.run, name="uvicorn", daemon=True)
    thread.start()
    assert started.wait(READY_WITHIN_S), "the server did not start"
    try:
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: threading.Event) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
