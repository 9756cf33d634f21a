"""Copying a body camera's files out of its dock into the media of the data folder, each with a record.

A run that was broken off anywhere, also by `kill -9`, is repeated as it was: what is there is skipped, what was begun
is gone on with. Deletes nothing from the dock, and knows no database.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mobile_units.custody.dock_folder import DockStatus, FootageFacts, facts_of, files_in
from telemetry.clock import iso
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.store import MediaStore
from telemetry.store.resumable_copy import sha256_of

FROM_GPS = "gps"
FROM_STATUS = "status.json"


@dataclass(frozen=True)
class OffloadProgress:
    """How far an offload is."""

    name: str
    """The file that is being copied."""
    done_bytes: int
    """Of all files, those that are safe."""
    total_bytes: int


@dataclass(frozen=True)
class OffloadRecord:
    """What is known of a file that came off a camera and was read back equal."""

    camera: str
    name: str
    """As the camera calls it, with its folder in the dock."""
    sha256: str
    size: int
    facts: FootageFacts
    clock_offset_s: float | None
    """How far the camera's clock was ahead, in seconds; None where nothing tells."""
    clock_offset_from: str | None
    was_there: bool
    """Whether an earlier run had brought it already."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "camera": self.camera,
            "name": self.name,
            "sha256": self.sha256,
            "size": self.size,
            **self.facts.public(),
            "clock_offset_s": self.clock_offset_s,
            "clock_offset_from": self.clock_offset_from,
        }


def offload(
    dock: Path,
    camera: str,
    *,
    media: MediaStore,
    records: Path,
    status: DockStatus,
    now: Callable[[], datetime],
    on_progress: Callable[[OffloadProgress], None] = lambda _: None,
    on_file: Callable[[OffloadRecord], None] = lambda _: None,
) -> list[OffloadRecord]:
    """Bring every file of `dock` into `media`, a record of each below `records`; `on_file` hears of each that is safe.

    Raises BadInput, and what `MediaStore.take` raises; what is safe by then stays so.
    """
    files = files_in(dock)
    sizes = [path.stat().st_size for path in files]
    total = sum(sizes)
    before = 0
    done = []
    for path, size in zip(files, sizes, strict=True):
        name = path.relative_to(dock).as_posix()
        sha256 = _hashed(path)

        def tell(copied: int, name: str = name, before: int = before) -> None:
            on_progress(OffloadProgress(name, before + copied, total))

        tell(0)
        was_there = not media.take(path, sha256, tell)
        tell(size)
        record = _record(path, name, camera, sha256, status, was_there=was_there)
        _keep(record, records, now())
        on_file(record)
        done.append(record)
        before += size
    return done


def record_folder(records: Path, camera: str) -> Path:
    """Where the records of a camera lie."""
    return records / quote(camera, safe="")


def _hashed(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error


def _record(path: Path, name: str, camera: str, sha256: str, status: DockStatus, *, was_there: bool) -> OffloadRecord:
    facts = facts_of(path)
    offset = facts.clock_offset_s
    offset_from = FROM_GPS
    if offset is None:
        offset = status.clock_offset_s
        offset_from = FROM_STATUS
    return OffloadRecord(
        camera=camera,
        name=name,
        sha256=sha256,
        size=path.stat().st_size,
        facts=facts,
        clock_offset_s=offset,
        clock_offset_from=None if offset is None else offset_from,
        was_there=was_there,
    )


def _keep(record: OffloadRecord, records: Path, at: datetime) -> None:
    """Write the record, safe on disk; one that is there stays, with one more name where it has another now."""
    folder = record_folder(records, record.camera)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{record.sha256}.json"
    kept: dict[str, Any] = {**record.public(), "offloaded_at": iso(at), "names": []}
    if path.exists():
        kept = json.loads(path.read_text("utf-8"))
    if record.name in kept["names"]:
        return
    kept["names"].append(record.name)
    write_whole(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
