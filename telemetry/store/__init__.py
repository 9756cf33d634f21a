"""Where things are kept: the database, its unit of work, and the pictures beside it."""

from telemetry.store.bulk import insert_rows
from telemetry.store.change_log import Change, Work
from telemetry.store.columns import JsonColumn, UtcDateTime
from telemetry.store.database import Store
from telemetry.store.media import MediaStore
from telemetry.store.paging import ALWAYS, Between, Page, SortKey, read_page
from telemetry.store.room import require_room
from telemetry.store.trouble import STORE_ERRORS

__all__ = [
    "ALWAYS",
    "STORE_ERRORS",
    "Between",
    "Change",
    "JsonColumn",
    "MediaStore",
    "Page",
    "SortKey",
    "Store",
    "UtcDateTime",
    "Work",
    "insert_rows",
    "read_page",
    "require_room",
]
