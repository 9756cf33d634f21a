"""Running the application under uvicorn: a port that is free, a word when it is ready, an orderly end."""

import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import uvicorn

from mapserver.core.services import Services
from mapserver.core.settings import Settings
from mapserver.core.version import VERSION
from mapserver.core.video_settings import LOOPBACK
from mapserver.program.app import create_app
from mapserver.program.garbage import GarbagePauses
from mapserver.web.protocol import http_protocol, socket_protocol
from mapserver.web.render import load_templates
from telemetry.errors import Misconfigured, Unavailable
from telemetry.messages import Message
from telemetry.supervision import Supervisor

log = logging.getLogger(__name__)

HEADER_LIMIT = 32 * 1024
"""Bytes of a request's line and headers."""
FRAME_LIMIT = 64 * 1024
"""Bytes of one WebSocket message from a viewer, who has nothing long to say."""
SWITCH_S = 0.0005
"""After so long a busy thread lets the event loop go on; an order takes several turns, each 5 ms late by default.
Alone it takes a third to two thirds off the time that the loop waits for other threads under attack."""


def require_private(settings: Settings) -> None:
    """Raises Misconfigured for a server that would take passwords and pictures in clear from a network."""
    has_tls = settings.tls_certificate is not None and settings.tls_key is not None
    if settings.host in LOOPBACK or has_tls or settings.behind_proxy is not None:
        return
    raise Misconfigured(Message("server.unencrypted", host=settings.host))


def require_tls(settings: Settings) -> None:
    """Raises Misconfigured when the server is to do TLS itself and its certificate and key cannot be used."""
    certificate = settings.tls_certificate
    key = settings.tls_key
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise Misconfigured(Message("server.tls_half"))
    for name, path in (("tls_certificate", certificate), ("tls_key", key)):
        if not os.access(path, os.R_OK):
            raise Misconfigured(Message("server.tls_file", name=name, path=path))
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key, password="")
    except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
        reason = str(getattr(error, "reason", None) or error)
        told = Message("server.tls_pair", certificate=certificate, key=key, reason=reason)
        raise Misconfigured(told) from error


def server_config(parts: Services) -> uvicorn.Config:
    """How uvicorn serves the application for `parts`."""
    settings = parts.settings
    return uvicorn.Config(
        create_app(parts),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        ws_max_size=FRAME_LIMIT,
        ws_per_message_deflate=False,  # video cannot be made smaller, only later
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=settings.behind_proxy is not None,
        forwarded_allow_ips=settings.behind_proxy or "",
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        http=http_protocol(settings.requests),
        ws=socket_protocol(settings.requests),
        h11_max_incomplete_event_size=HEADER_LIMIT,
    )


async def run_server(parts: Services, *, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal says to stop; `on_ready` hears the address once requests are answered."""
    settings = parts.settings
    scheme = "https"
    if settings.tls_certificate is None:
        scheme = "http"
    address = f"{scheme}://{settings.host}:{settings.port}"

    def ready() -> None:
        log.info("vanagas %s serves at %s, data in %s", VERSION, address, settings.data_dir)
        on_ready(address)

    sys.setswitchinterval(SWITCH_S)

    def nothing_flies() -> bool:
        return parts.jobs.flights is None or not parts.jobs.flights.any_under_way

    server = _Server(server_config(parts), GarbagePauses(nothing_flies), parts.workers, ready)
    with _sigterm_ends_in_order():
        await server.serve()
    log.info("vanagas %s has stopped", VERSION)
    if not server.started:
        raise Unavailable(Message("server.not_started"))


@contextmanager
def _sigterm_ends_in_order() -> Iterator[None]:
    """Have SIGTERM unwind the program with status 0: uvicorn raises the signal again once it has stopped, and the
    default action would end the process before the database is closed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _exit)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, pauses: GarbagePauses, workers: Supervisor, on_ready: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._looking = workers.task("garbage collector", pauses.keep_looking)
        self._pauses = pauses
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            load_templates()
            self._pauses.start()
            self._looking.start()
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._looking.stop()
        self._pauses.stop()
        await super().shutdown(sockets)
