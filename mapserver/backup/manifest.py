"""The manifest of a backup: which files are in it, their SHA-256, and what is not in it. Copies nothing."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.validation import explain

MANIFEST = "manifest.json"
DATA = "data"
"""The folder in a backup that becomes the data folder."""
KEYS = "data/keys"
"""The folder in a backup of the keys that do not lie in the data folder."""
CHUNK = 1024 * 1024
Progress = Callable[[str, int, int], None]
"""Hears what is copied, and how much of how much of it is done; may raise to break off."""
FORMAT: Literal[1] = 1


class FileEntry(BaseModel):
    """One file of a backup."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    """Below the backup, with slashes."""
    size: int = Field(ge=0)
    """Bytes."""
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        parts = PurePosixPath(path).parts
        if path != str(PurePosixPath(path)) or not parts or parts[0] != DATA or ".." in parts:
            raise ValueError(f"{path!r} leads out of the backup")
        return path


class KeyEntry(BaseModel):
    """A key that the data cannot be used without, or only in part."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Message
    where: str
    """Where the server has it."""
    copied_to: str | None = None
    """Its path below the backup; None when it is not in it."""


class Manifest(BaseModel):
    """What a backup says of itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = FORMAT
    program: str
    """The version that made it."""
    database_schema: str
    made_at: str
    """ISO 8601, UTC."""
    keys: tuple[KeyEntry, ...] = ()
    passwords: tuple[str, ...] = ()
    """Settings in the copied settings file that are passwords of other systems."""
    left_out: tuple[Message, ...] = ()
    """What is not in it, each with where it is."""
    files: tuple[FileEntry, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def read_manifest(backup: Path) -> Manifest:
    """The manifest of the backup in the folder `backup`. Raises BadInput."""
    file = backup / MANIFEST
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise BadInput(Message("backup.no_backup", backup=backup, manifest=MANIFEST)) from error
    except ValidationError as error:
        raise BadInput(Message("backup.manifest_unusable", file=file, reason=explain(error))) from error


def copy_hashed(source: BinaryIO, target: Path) -> tuple[int, str]:
    """Copy to a new file, on disk when this returns; its bytes and SHA-256."""
    digest = hashlib.sha256()
    size = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as copy:
        while chunk := source.read(CHUNK):
            copy.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return size, digest.hexdigest()


def entry_of(backup: Path, file: Path) -> FileEntry:
    """The entry of a file that is in `backup` already."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    return FileEntry(path=file.relative_to(backup).as_posix(), size=file.stat().st_size, sha256=digest)
