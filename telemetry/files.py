"""Writing a file in one step. Reads nothing."""

import errno
import os
from pathlib import Path

from telemetry.errors import BadInput, StoreUnavailable
from telemetry.messages import Message

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def write_whole(path: Path, content: str | bytes) -> None:
    """Write `content` (text as UTF-8) to `path` in one step: an interrupted run leaves the old file.

    Raises StoreUnavailable when there is no room for it, BadInput when it cannot be for another reason.
    """
    if not path.name:
        raise BadInput(Message("files.no_name", path=path))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if isinstance(content, str):
            content = content.encode()
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            raise StoreUnavailable(Message("files.no_room", path=path, reason=error.strerror)) from error
        raise BadInput(Message("files.unwritable", path=path, reason=error.strerror)) from error
