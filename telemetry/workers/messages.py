"""What a pool and its worker processes say to each other. Pickled, between processes of this program only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WorkerLimits:
    """What a worker process may use."""

    memory_bytes: int
    """Of data (RLIMIT_DATA); what needs more fails in the worker, as MemoryError or in the library's own way."""
    nice: int
    """Added to the server's own niceness, so that the server goes first."""


@dataclass(frozen=True)
class WorkerTask:
    """A function of this program, by reference, and its arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...]


@dataclass(frozen=True)
class WorkerResult:
    """What the function returned."""

    value: Any


@dataclass(frozen=True)
class WorkerRefusal:
    """An error of the program's own tree that the function raised."""

    error: Exception


@dataclass(frozen=True)
class WorkerFailure:
    """Anything else that the function raised, as text for the log."""

    trace: str
