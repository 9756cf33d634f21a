"""What a route allows: how large a body, with the reason where it is not the usual size, and whether it is counted."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

KIB = 1024
MIB = 1024 * KIB

_ATTRIBUTE = "vanagas_body_limit"
_UNCOUNTED = "vanagas_uncounted"


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


def uncounted(endpoint: Endpoint) -> Endpoint:
    """Let the route be called as often as somebody signed in likes: an order to a drone is never one too many."""
    setattr(endpoint, _UNCOUNTED, True)
    return endpoint


def is_uncounted(endpoint: Callable[..., Any]) -> bool:
    """Whether a route's function is declared so."""
    return getattr(endpoint, _UNCOUNTED, False)
