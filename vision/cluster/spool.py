"""Findings of one stream on the disk of the machine that found them, until home has them. Sends nothing.

A process that dies, or ends before home answers, leaves them there; the next one of the same stream on that machine
takes them over. One file a finding, in a folder of the process that wrote it, which holds a lock while it lives.
"""

import errno
import fcntl
import hashlib
import itertools
import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from telemetry.failures import FailureLog

log = logging.getLogger(__name__)

PLACE = "VANAGAS_OUTBOX_DIR"
"""The variable of the worker's environment that names the folder."""
LOCK = ".lock"
PART = ".part"


def spool_place() -> Path:
    """Where this machine keeps what is not yet sent."""
    return Path(os.environ.get(PLACE) or Path("/var", "tmp", f"vanagas-outbox-{os.getuid()}"))


class Spool:
    """What one process has found of one stream. For one thread at a time."""

    def __init__(self, place: Path, home_url: str, stream: str) -> None:
        """`home_url` keeps the streams of several servers apart. Writes nothing yet."""
        self._place = place
        key = hashlib.sha256(f"{home_url}\n{stream}".encode()).hexdigest()
        self._of_stream = place / key[:32]
        self._numbers = itertools.count()
        self._own: Path | None = None
        self._lock: IO[bytes] | None = None
        self._fails = FailureLog(f"spool {stream}")

    def take_over(self) -> list[tuple[Path, bytes]]:
        """What processes of this stream that are gone have left, oldest first; it is this one's from now on."""
        taken = []
        try:
            self._open()
            for folder in self._left_behind():
                for file in sorted(folder.glob("*.json")):
                    content = file.read_bytes()
                    taken.append((file.rename(self._next()), content))
                _remove(folder)
        except OSError as error:
            self._fails.failed(error)
        if taken:
            log.info("%d findings that were not sent by an earlier process are sent now", len(taken))
        return taken

    def keep(self, content: bytes) -> Path | None:
        """Write a finding; None where the disk takes none, which is said once."""
        try:
            self._open()
            file = self._next()
            part = file.with_suffix(PART)
            with part.open("wb") as opened:
                opened.write(content)
                opened.flush()
                os.fdatasync(opened.fileno())
            part.replace(file)
        except OSError as error:
            self._fails.failed(error)
            return None
        self._fails.worked()
        return file

    def close(self) -> None:
        """Let go of it; what is left is for the next process."""
        if self._own is not None and self._lock is not None:
            if not list(self._own.glob("*.json")):
                _remove(self._own)
            self._lock.close()
        self._own = None
        self._lock = None

    def _open(self) -> None:
        """Have a folder of this process, locked. Raises OSError."""
        if self._own is not None:
            return
        self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = self._place.lstat()
        if said.st_uid != os.getuid() or self._place.is_symlink():
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(self._place))
        own = self._of_stream / f"{time.time_ns():020d}-{os.getpid()}"
        own.mkdir(mode=0o700, parents=True)
        self._lock = (own / LOCK).open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._own = own

    def _next(self) -> Path:
        if self._own is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self._of_stream))
        return self._own / f"{next(self._numbers):09d}.json"

    def _left_behind(self) -> Iterator[Path]:
        """The folders whose process is gone, oldest first, each locked while it is looked at."""
        for folder in sorted(self._of_stream.iterdir()):
            if folder == self._own:
                continue
            with suppress(OSError), (folder / LOCK).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
    folder.rmdir()
