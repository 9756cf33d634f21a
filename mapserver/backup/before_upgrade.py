"""A copy of the database as it was before its schema is changed. Pictures and logs are not touched by that."""

from datetime import datetime
from pathlib import Path

from mapserver.backup.table_copy import copy_to_file
from mapserver.core.settings import Settings
from telemetry.store import Store

FOLDER = "before-upgrade"
MOST_COPIES = 3
"""The newest so many are kept."""


def keep_copy(settings: Settings, store: Store, *, schema: str, now: datetime) -> Path:
    """Copy the database, which is at `schema`, into DATA/before-upgrade; a server's as an SQLite file.

    Raises Misconfigured when it is damaged.
    """
    folder = settings.data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"vanagas-{now:%Y%m%dT%H%M%SZ}-{schema}.db"
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    copy_to_file(store, part)
    part.replace(copy)
    for old in sorted(folder.glob("vanagas-*.db"))[:-MOST_COPIES]:
        old.unlink()
    return copy
