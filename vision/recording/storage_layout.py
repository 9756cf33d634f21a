"""Where recordings lie: TOWN/PURPOSE/CAMERA/DAY/BEGINNING.mp4, so that the files tell without any database what they
are, until when they may be kept, and who may see them. Opens no file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from telemetry.cities import City, known_towns

LONGEST = timedelta(hours=1)
"""A file ends with the hour (UTC) in which it began."""
_SIMULATED = "~simulated"
_NAME = "%H-%M-%S.%fZ.mp4"


@dataclass(frozen=True)
class CameraFolder:
    """What all files of one folder have in common."""

    city: City
    """The town it was recorded for."""
    purpose: str
    """What the camera records for, in one word: it decides how long."""
    camera_id: str
    """The fixed camera or unit."""
    simulated: bool = False
    """Footage that stands in for a camera."""

    def path(self, root: Path) -> Path:
        """Its folder below `root`."""
        purpose = quote(self.purpose, safe="") + (_SIMULATED if self.simulated else "")
        return root / self.city / purpose / _safe(self.camera_id)

    def file(self, root: Path, begins: datetime) -> Path:
        """The file that begins at `begins` (UTC)."""
        return self.path(root) / f"{begins:%Y-%m-%d}" / f"{begins:{_NAME}}"


@dataclass(frozen=True)
class RecordedFile:
    """One recorded file."""

    path: Path
    camera_folder: CameraFolder
    begins: datetime
    """UTC, to the microsecond."""

    @property
    def ends_by(self) -> datetime:
        """It holds nothing later than this."""
        return self.begins.replace(minute=0, second=0, microsecond=0) + LONGEST + timedelta(minutes=1)


def kept(
    root: Path,
    *,
    camera_id: str | None = None,
    cities: Iterable[City] | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> list[RecordedFile]:
    """The files below `root`, oldest first: of one camera, of some towns, of a time (UTC), as asked."""
    found = []
    towns = known_towns() if cities is None else cities
    for camera_folder in _camera_folders(root, camera_id, towns):
        for day in _folders(camera_folder.path(root)):
            if not _may_overlap(day.name, begins, ends):
                continue
            for path in day.glob("*Z.mp4"):
                file = RecordedFile(path, camera_folder, _begins(path))
                if (ends is None or file.begins < ends) and (begins is None or file.ends_by > begins):
                    found.append(file)
    return sorted(found, key=lambda file: (file.begins, file.path))


def _camera_folders(root: Path, camera_id: str | None, cities: Iterable[City]) -> Iterator[CameraFolder]:
    for city in cities:
        for purpose in _folders(root / city):
            name = purpose.name.removesuffix(_SIMULATED)
            for camera in _folders(purpose):
                if camera_id is None or camera.name == _safe(camera_id):
                    yield CameraFolder(city, unquote(name), unquote(camera.name), purpose.name.endswith(_SIMULATED))


def _folders(parent: Path) -> list[Path]:
    if parent.is_dir():
        return [path for path in parent.iterdir() if path.is_dir()]
    return []


def _may_overlap(day: str, begins: datetime | None, ends: datetime | None) -> bool:
    return (ends is None or day <= f"{ends:%Y-%m-%d}") and (begins is None or day >= f"{begins - 2 * LONGEST:%Y-%m-%d}")


def _begins(path: Path) -> datetime:
    return datetime.strptime(f"{path.parent.name} {path.name}", f"%Y-%m-%d {_NAME}").replace(tzinfo=UTC)


def _safe(name: str) -> str:
    """`name` as a folder's name: no separator, and no dot by which it would climb."""
    return quote(name, safe="").replace(".", "%2E")
