"""Whether a disk has room for what waits. Frees none.

A small commit goes into space that the WAL has already, and a small file into the last free block: that either of
them succeeded on a full disk says nothing about the next.
"""

import os
import tempfile
from pathlib import Path

ROOM_BYTES = 1 << 20
"""More than a commit of posts that waited together."""


def require_room(folder: Path) -> None:
    """Reserve and write `ROOM_BYTES` in `folder` for a moment, under no name. Raises OSError when that fails."""
    with tempfile.TemporaryFile(dir=folder) as file:
        os.posix_fallocate(file.fileno(), 0, ROOM_BYTES)
        file.write(b"\0")
        file.flush()
        os.fsync(file.fileno())


def has_room(folder: Path) -> bool:
    """Whether there is room for what waits in `folder`."""
    try:
        require_room(folder)
    except OSError:
        return False
    return True
