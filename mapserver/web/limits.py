"""How much of a body a route takes: declared beside the route, with the reason where it is more than usual."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

KIB = 1024
MIB = 1024 * KIB

_ATTRIBUTE = "vanagas_body_limit"


@dataclass(frozen=True)
class BodyLimit:
    """The largest body of one route, bytes, and why it is not the usual one."""

    size: int
    reason: str


def body_limit(size: int, reason: str) -> Callable[[Endpoint], Endpoint]:
    """Let the route take a body of `size` bytes; `reason` tells the reader of the code why."""

    def declare(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _ATTRIBUTE, BodyLimit(size, reason))
        return endpoint

    return declare


def declared_limit(endpoint: Callable[..., Any]) -> BodyLimit | None:
    """The limit that a route's function declares; None for the usual one."""
    declared: BodyLimit | None = getattr(endpoint, _ATTRIBUTE, None)
    return declared
