"""What has to go: past its time, or the oldest when there is no room. Pure: deletes nothing and asks no disk.

Deletion is by whole files. What a hold covers stays, whatever its age and however full the disk.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from vision.recording.storage_layout import CameraFolder, RecordedFile


@dataclass(frozen=True)
class Hold:
    """Footage that must stay: of one camera, from one moment to another (UTC)."""

    camera_id: str
    begins: datetime
    ends: datetime

    def covers(self, file: RecordedFile) -> bool:
        """Whether something of `file` may be held."""
        return self.meets(file.camera_folder.camera_id, file.begins, file.ends_by)

    def meets(self, camera_id: str, begins: datetime, ends: datetime) -> bool:
        """Whether something of what that camera saw in that time (UTC) may be held."""
        return camera_id == self.camera_id and begins < self.ends and self.begins <= ends


@dataclass(frozen=True)
class Sized:
    """A recorded file and its bytes with those of its index."""

    file: RecordedFile
    size: int


def expired(
    files: Iterable[Sized], holds: Sequence[Hold], keep_for: Callable[[CameraFolder], timedelta], now: datetime
) -> list[Sized]:
    """The files that are past their time at `now` (UTC) and not held."""
    return [
        sized
        for sized in files
        if sized.file.ends_by + keep_for(sized.file.camera_folder) <= now and not _held(sized.file, holds)
    ]


def surplus(files: Sequence[Sized], holds: Sequence[Hold], *, free: int, reserve: int, most: int | None) -> list[Sized]:
    """The oldest files that are not held, as many as must go until `reserve` bytes are free and at most `most` used.

    `free`: bytes that are free now. Where even that is not enough, all that may go.
    """
    used = sum(sized.size for sized in files)
    missing = max(reserve - free, 0 if most is None else used - most)
    going = []
    for sized in sorted(files, key=lambda sized: sized.file.begins):
        if missing <= 0:
            break
        if not _held(sized.file, holds):
            going.append(sized)
            missing -= sized.size
    return going


def _held(file: RecordedFile, holds: Sequence[Hold]) -> bool:
    return any(hold.covers(file) for hold in holds)
