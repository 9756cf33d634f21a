"""What a page says of a list it shows a part of: how much of it, and the way to the rest. Reads no rows."""

from dataclasses import dataclass
from typing import Any

from fastapi import Request

from telemetry.store import Page


@dataclass(frozen=True)
class ListPart:
    """The part of a list that is on a page."""

    shown: int
    total: int
    older: str | None
    """The address of the next page with the same filters; None when this page ends the list."""
    newest: str | None
    """The address of the first page with the same filters; None when this is it."""


def part_of(request: Request, page: Page[Any], path: str) -> ListPart:
    """How `page`, shown at `path` with the query of `request`, lies in its list; the cursor is the query's `cursor`."""
    begin = request.url.remove_query_params("cursor")
    older = None
    if page.next_cursor is not None:
        older = f"{path}?{begin.include_query_params(cursor=page.next_cursor).query}"
    newest = None
    if "cursor" in request.query_params:
        newest = f"{path}?{begin.query}" if begin.query else path
    return ListPart(len(page), page.total, older, newest)
