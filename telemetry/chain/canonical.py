"""Canonical JSON: one spelling of a value, so that its hash is the same wherever it is worked out.

Keys sorted by code point, no blanks, ASCII only (the rest as \\uXXXX), numbers as Python's `json` writes them.
"""

import json
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python


def canonical(value: Any) -> str:
    """`value` as canonical JSON. Times as pydantic writes them. Raises TypeError or ValueError for what is no JSON."""
    return _ENCODER.encode(value)


def utc_text(moment: datetime) -> str:
    """A moment (UTC) in an entry: ISO 8601 with microseconds and Z."""
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=to_jsonable_python)
