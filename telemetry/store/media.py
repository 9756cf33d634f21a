"""Pictures and clips beside the database, named by their SHA-256 so that a name proves its content."""

import hashlib
import os
import threading
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from telemetry.errors import NotFound, StoreUnavailable
from telemetry.messages import Message
from telemetry.store.resumable_copy import OnPart, copy_resumed


class MediaStore:
    """A folder of files named by content. Writing the same bytes twice keeps one file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep `content`, safe on disk before this returns; gives its SHA-256 in hex. Raises StoreUnavailable."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        try:
            if path.exists():
                path.touch()  # it is wanted again: see discard
            else:
                _write(path, content)
        except OSError as error:
            why = error.strerror or error
            raise StoreUnavailable(Message("store.picture_not_kept", reason=why)) from error
        return digest

    def take(self, source: Path, digest: str, on_part: OnPart = lambda _: None) -> bool:
        """Copy a file of this SHA-256 in, as large as it may be, going on where an earlier run was broken off; whether
        anything was left to copy. Errors: `telemetry.store.resumable_copy.copy_resumed`."""
        return copy_resumed(source, self._path(digest), digest, on_part)

    def discard(self, digest: str, *, unused_since: datetime) -> bool:
        """Delete what is kept under `digest` unless it was handed in after `unused_since` (UTC); whether it is gone."""
        path = self._path(digest)
        if path.is_file() and path.stat().st_mtime > unused_since.timestamp():
            return False
        path.unlink(missing_ok=True)
        return True

    def get(self, digest: str) -> bytes:
        """The bytes kept under `digest`. Raises NotFound when there are none, or they no longer match their name."""
        path = self._path(digest)
        if not path.is_file():
            raise NotFound(Message("store.picture_gone", picture=digest[:12]))
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotFound(Message("store.picture_damaged", picture=digest[:12]))
        return content

    def open(self, digest: str) -> BinaryIO:
        """The file kept under `digest`, from its beginning, as large as it may be; the caller closes it.

        Raises NotFound when there is none, or its bytes no longer match its name.
        """
        path = self._path(digest)
        if not path.is_file():
            raise NotFound(Message("store.picture_gone", picture=digest[:12]))
        file = path.open("rb")
        if hashlib.file_digest(file, "sha256").hexdigest() != digest:
            file.close()
            raise NotFound(Message("store.picture_damaged", picture=digest[:12]))
        file.seek(0)
        return file

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise NotFound(Message("store.not_a_picture_name"))
        return self.folder / digest[:2] / digest


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
