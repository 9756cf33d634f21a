"""JSON as the database's columns hold it: by pydantic-core, several times as fast as the standard library, which
writes and reads what the other cannot: lone surrogates, and nesting beyond 200 levels."""

import json
from typing import Any

from pydantic_core import from_json, to_json


def write_json(value: Any) -> str:
    """`value` as JSON. Raises TypeError or ValueError for what is no JSON."""
    try:
        return to_json(value).decode()
    except ValueError:
        return json.dumps(value)


def read_json(text: str) -> Any:
    """The value of JSON that `write_json` or an earlier program has written. Raises ValueError."""
    try:
        return from_json(text)
    except ValueError:
        return json.loads(text)
