"""Functions for worker processes to run in tests."""

import os
import time

from telemetry.errors import BadMedia


def double(number: int) -> int:
    return 2 * number


def refuse(words: str) -> None:
    raise BadMedia(words)


def divide_by_zero() -> float:
    return 1 / 0


def die() -> None:
    os._exit(3)


def hang() -> None:
    time.sleep(3_600)


def fill(size: int) -> int:
    try:
        return len(bytearray(size))
    except MemoryError as error:
        raise BadMedia("too large") from error


def fill_unforeseen(size: int) -> int:
    return len(bytearray(size))


def pid() -> int:
    return os.getpid()
