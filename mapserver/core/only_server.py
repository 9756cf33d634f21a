"""A data folder has one server at a time, and a port one listener. Starts neither."""

import fcntl
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from telemetry.errors import Conflict, Unavailable
from telemetry.messages import Message
from telemetry.store.private import open_private


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Hold `folder`, which nobody else may read, for this server alone. Raises Conflict when another serves from it."""
    open_private(folder)
    with (folder / ".serving").open("w") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(Message("server.folder_in_use", folder=folder)) from error
        yield


def check_port(host: str, port: int) -> None:
    """Raises Unavailable when another program listens there, or the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            why = error.strerror if isinstance(error, OSError) else "a port is a number up to 65535"
            raise Unavailable(Message("server.port_refused", port=port, host=host, reason=why)) from error
