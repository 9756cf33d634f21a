"""Whether there is a database where the settings say. Opens none."""

from mapserver.core.settings import Settings
from telemetry.errors import Misconfigured
from telemetry.messages import Message


def require_database(settings: Settings) -> None:
    """Raises Misconfigured when the file of the database is not there; a server's is found out by asking it."""
    file = settings.database_file
    if file is not None and not file.is_file():
        raise Misconfigured(Message("server.no_database", folder=settings.data_dir))
