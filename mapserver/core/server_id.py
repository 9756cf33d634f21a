"""Which of several servers on one database this one is."""

import secrets
import socket

from mapserver.core.settings import Settings
from telemetry.files import write_whole
from telemetry.leases import LeaseOwner

ID_FILE = ".server_id"
"""In the data folder. Hidden files are in no backup, so that a restored one is another server."""


def this_server(settings: Settings) -> LeaseOwner:
    """This server: its id stays the same for as long as its data folder does."""
    file = settings.data_dir / ID_FILE
    if not file.is_file():
        write_whole(file, secrets.token_hex(8))
    server_id = file.read_text(encoding="ascii").strip()
    address = settings.public_url or f"http://{socket.gethostname()}:{settings.port}"
    return LeaseOwner(server_id, address)
