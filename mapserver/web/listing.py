"""How every long list of the API is asked for and described: `limit`, `cursor`, `since`, `until`, and headers.

The array stays an array of things. `X-Total-Count` is the length of the whole list, and `Link` with `rel="next"` (RFC
8288, a path on this server) leads to the rest; without one the list ends there.
"""

from typing import Annotated, Any, ClassVar

from fastapi import Depends, Query, Request, Response

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.observations.values import UtcTime
from telemetry.store.paging import LONGEST_PAGE, Between, Page

Limit = Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="Rows in one page.")]
Cursor = Annotated[str | None, Query(max_length=500, description="From the Link header of a page.")]


class ListingRequest:
    """Which page of a list is asked for."""

    DESCRIBED_HEADERS: ClassVar[dict[str, Any]] = {
        "X-Total-Count": {"description": "Length of the whole list.", "schema": {"type": "integer"}},
        "Link": {
            "description": 'The next page, a path with `rel="next"` (RFC 8288); without it the list ends here.',
            "schema": {"type": "string"},
        },
    }

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Limit = 200,
        cursor: Cursor = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor
        self._url = request.url
        self._headers = response.headers

    def describe(self, page: Page[Any], *, total: int | None = None) -> None:
        """Say in the answer's headers how long the list of `page` is and where its next page is.

        `total` where more belongs to the list than what `page` is a part of.
        """
        if total is None:
            total = page.total
        self.describe_part(total=total, next_cursor=page.next_cursor)

    def describe_part(self, *, total: int | None, next_cursor: str | None) -> None:
        """The same of a list that is not a `Page`; `total` is None where it was not counted."""
        if total is not None:
            self._headers["X-Total-Count"] = str(total)
        if next_cursor is not None:
            following = self._url.include_query_params(cursor=next_cursor)
            self._headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'


class TimedListingRequest(ListingRequest):
    """Which page of a list in the order of time is asked for, and of which time."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Limit = 200,
        cursor: Cursor = None,
        since: Annotated[UtcTime | None, Query(description="The earliest; a time with its zone.")] = None,
        until: Annotated[UtcTime | None, Query(description="The first that is too late.")] = None,
    ) -> None:
        super().__init__(request, response, limit, cursor)
        if since is not None and until is not None and since >= until:
            raise BadInput(Message("requests.nothing_between"))
        self.between = Between(since, until)


Listing = Annotated[ListingRequest, Depends()]
TimedListing = Annotated[TimedListingRequest, Depends()]
