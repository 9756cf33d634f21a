"""Writing a file in one step. Reads nothing."""

import errno
import os
from pathlib import Path

from telemetry.errors import BadInput, StoreUnavailable

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path` in one step: an interrupted run leaves the old file.

    Raises StoreUnavailable when there is no room for it, BadInput when it cannot be for another reason.
    """
    if not path.name:
        raise BadInput(f"{path} is no file name; name the file to write")
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise StoreUnavailable(f"{path} cannot be written: {error.strerror}; make room, and try again") from error
        raise BadInput(f"{path} cannot be written: {error.strerror}") from error
