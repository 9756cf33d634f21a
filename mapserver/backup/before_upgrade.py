"""A copy of the database as it was before its schema is changed. Pictures and logs are not touched by that."""

from datetime import datetime
from pathlib import Path

from mapserver.core.settings import Settings
from telemetry.store import Store

FOLDER = "before-upgrade"
MOST_COPIES = 3
"""The newest so many are kept."""


def keep_copy(settings: Settings, store: Store, *, schema: str, now: datetime) -> Path | None:
    """Copy the database, which is at `schema`, into DATA/before-upgrade; None for a database server's.

    Raises Misconfigured when it is damaged.
    """
    if settings.database_file is None:
        return None
    folder = settings.data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"vanagas-{now:%Y%m%dT%H%M%SZ}-{schema}.db"
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    store.copy_to(part)
    part.replace(copy)
    for old in sorted(folder.glob("vanagas-*.db"))[:-MOST_COPIES]:
        old.unlink()
    return copy
