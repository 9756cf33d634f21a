"""The file of one flight's records that the database has not taken yet. Knows no database."""

import os
from collections.abc import Collection
from pathlib import Path

from mission.flights.records import NumberedRecord, read_lines

SUFFIX = ".records.jsonl"


class RecordFile:
    """The file of one flight's records: appended to, each line forced to the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, records: Collection[NumberedRecord]) -> None:
        """Add lines. Raises OSError; then nothing of them is in the file."""
        if not records:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = b"".join(numbered.line() for numbered in records)
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            before = os.fstat(file).st_size
            try:
                while content:
                    content = content[os.write(file, content) :]
                os.fsync(file)
            except OSError:
                os.ftruncate(file, before)
                raise
        finally:
            os.close(file)

    def reject(self, numbered: NumberedRecord) -> None:
        """Keep a record beside that the database can never take."""
        RecordFile(self._path.with_suffix(".rejected")).append([numbered])

    def read(self) -> list[NumberedRecord]:
        """The records in it; none where there is no file."""
        if not self._path.exists():
            return []
        return read_lines(self._path.read_bytes())

    def remove(self) -> None:
        """The database has all of it."""
        self._path.unlink(missing_ok=True)
