"""The parts of the program on a database that fits it: its schema, its secret key. Starts nothing."""

from mapserver import migrations
from mapserver.core.existing_database import require_database
from mapserver.core.secret_key import require_same_key
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings


def open_parts(settings: Settings) -> Services:
    """The parts for `settings`. Raises Misconfigured without a database, with another schema or secret key."""
    key = settings.key
    require_database(settings)
    parts = assemble(settings)
    migrations.require_current(parts.store)
    require_same_key(parts.store, key)
    return parts
