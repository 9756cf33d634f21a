"""Settings of requests: how large, how slow and how many. The defaults suit two towns on one small machine."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RequestSettings(BaseModel):
    """Limits of one request. A route that needs a larger body says so beside it, with the reason."""

    model_config = ConfigDict(extra="forbid")

    body_kib: Annotated[int, Field(ge=16, le=16_384)] = 256
    """KiB of a request's body, unless its route allows more."""
    headers_within_s: Annotated[float, Field(ge=1, le=300)] = 10.0
    """From the connection, or the first byte of a further request, to the end of its headers."""
    body_within_s: Annotated[float, Field(ge=5, le=3_600)] = 180.0
    """From the first look at a request's body to its end."""
    slowest_bytes_per_s: Annotated[float, Field(ge=1)] = 2_000.0
    """A body that arrives more slowly, over all but its first 10 s, is refused."""
    response_within_s: Annotated[float, Field(ge=5, le=600)] = 30.0
    """A client that takes nothing of a response or a live stream for so long is disconnected."""
    picture_megapixels: Annotated[int, Field(ge=1, le=500)] = 50
    """Million pixels of a picture from outside, by its header; a worker process takes up to 9 bytes for each."""
    large_bodies_mib: Annotated[int, Field(ge=16, le=4_096)] = 64
    """MiB of bodies above `body_kib` that are read and worked on at a time; others wait their turn unread."""
    large_bodies_each: Annotated[int, Field(ge=1, le=100)] = 2
    """Such bodies of one user or device at a time."""
