"""How every long list of the API is asked for and described: `limit`, `cursor`, and headers beside the JSON array.

The array stays an array of things. `X-Total-Count` is the length of the whole list, and `Link` with `rel="next"` (RFC
8288, a path on this server) leads to the rest; without one the list ends there.
"""

from typing import Annotated, Any, ClassVar

from fastapi import Depends, Query, Request, Response

from telemetry.store.paging import LONGEST_PAGE, Page


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
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE, description="Rows in one page.")] = 200,
        cursor: Annotated[str | None, Query(max_length=500, description="From the Link header of a page.")] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor
        self._url = request.url
        self._headers = response.headers

    def describe(self, page: Page[Any], *, total: int | None = None) -> None:
        """Say in the answer's headers how long the list of `page` is and where its next page is.

        `total` where more belongs to the list than what `page` is a part of.
        """
        self._headers["X-Total-Count"] = str(page.total if total is None else total)
        if page.next_cursor is not None:
            following = self._url.include_query_params(cursor=page.next_cursor)
            self._headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'


Listing = Annotated[ListingRequest, Depends()]
