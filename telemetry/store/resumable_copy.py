"""Copying a large file so that it can be broken off at any byte and gone on with: what is there in the end is proven.

The copy grows beside its target under a name of its own, each part safe on disk before the next, is read back from the
disk, and gets its name only when its SHA-256 is the source's.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from telemetry.errors import BadMedia, Conflict, StoreUnavailable
from telemetry.files import NO_ROOM
from telemetry.messages import Message

PART_BYTES = 4 * 1024**2
"""So much is written before it is made safe on disk."""
ATTEMPTS = 2
OnPart = Callable[[int], None]
"""Told how many bytes of the copy are safe."""


def sha256_of(path: Path, on_part: OnPart = lambda _: None) -> str:
    """The SHA-256 of a file in hex, told of its progress. Raises OSError."""
    with path.open("rb") as file:
        return _sha256(file, on_part)


def copy_resumed(source: Path, target: Path, sha256: str, on_part: OnPart = lambda _: None) -> bool:
    """Copy `source`, whose SHA-256 is `sha256`, to `target`; whether there was anything left to copy.

    What an earlier run has left is gone on with. Raises BadMedia when the source gives other bytes than its hash was
    made of, Conflict while another process copies it, StoreUnavailable when it cannot be written.
    """
    part = target.with_name(f"{target.name}.offload.part")
    try:
        if target.is_file() and sha256_of(target) == sha256:
            part.unlink(missing_ok=True)
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as claim:
            _claim(claim, source)
            for _ in range(ATTEMPTS):
                _append(source, part, on_part)
                if _read_back(part) == sha256:
                    part.replace(target)
                    _sync_folder(target.parent)
                    return True
                os.truncate(part, 0)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StoreUnavailable(Message("files.no_room", path=target, reason=error.strerror)) from error
        raise StoreUnavailable(Message("files.unwritable", path=target, reason=error.strerror or str(error))) from error
    raise BadMedia(Message("custody.other_bytes", name=source.name))


def _claim(file: BinaryIO, source: Path) -> None:
    """The copy is this process's until it ends. Raises Conflict."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(Message("custody.copied_by_another", name=source.name)) from error


def _append(source: Path, part: Path, on_part: OnPart) -> None:
    """Write what `part` has not of `source` yet, each part safe on disk before the next."""
    with source.open("rb") as reading, part.open("r+b") as writing:
        done = part.stat().st_size
        if done > source.stat().st_size:
            done = 0
            writing.truncate(0)
        reading.seek(done)
        writing.seek(done)
        while content := reading.read(PART_BYTES):
            writing.write(content)
            writing.flush()
            os.fsync(writing.fileno())
            done += len(content)
            on_part(done)


def _read_back(part: Path) -> str:
    """The SHA-256 of what is on the disk: what the memory of the machine still has of it is let go first."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return _sha256(file, lambda _: None)


def _sha256(file: BinaryIO, on_part: OnPart) -> str:
    digest = hashlib.sha256()
    done = 0
    while content := file.read(PART_BYTES):
        digest.update(content)
        done += len(content)
        on_part(done)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
