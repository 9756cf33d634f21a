"""Where recordings lie: TOWN/PURPOSE/CAMERA/DAY/BEGINNING.mp4, so that the files tell without any database what they
are, until when they may be kept, and who may see them. Those of an exercise have its scope behind PURPOSE and `~`.
Opens no file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote

from telemetry.cities import City, known_towns
from telemetry.scopes import DEMO, LIVE, Scope
from telemetry.visibility import EVERYTHING, Visibility

LONGEST = timedelta(hours=1)
"""A file ends with the hour (UTC) in which it began."""
_BEFORE_SCOPE = "~"
_DEMO = "simulated"
"""How the demo's scope is written there: as everything simulated was before there were scopes."""
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
    scope: Scope = LIVE
    """The scope it was recorded for."""

    @property
    def simulated(self) -> bool:
        """Whether it belongs to an exercise."""
        return not self.scope.is_live

    def path(self, root: Path) -> Path:
        """Its folder below `root`."""
        return root / self.city / _purpose_folder(self.purpose, self.scope) / _safe(self.camera_id)

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
    visible: Visibility = EVERYTHING,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> list[RecordedFile]:
    """The files below `root`, oldest first: of one camera, of some towns, of a time (UTC), as asked."""
    found = []
    for camera_folder in _camera_folders(root, camera_id, visible):
        for day in _folders(camera_folder.path(root)):
            if not _may_overlap(day.name, begins, ends):
                continue
            for path in day.glob("*Z.mp4"):
                file = RecordedFile(path, camera_folder, _begins(path))
                if (ends is None or file.begins < ends) and (begins is None or file.ends_by > begins):
                    found.append(file)
    return sorted(found, key=lambda file: (file.begins, file.path))


def _camera_folders(root: Path, camera_id: str | None, visible: Visibility) -> Iterator[CameraFolder]:
    for city in known_towns():
        for folder in _folders(root / city):
            purpose, scope = _read_purpose_folder(folder.name)
            if not visible.covers(city, scope):
                continue
            for camera in _folders(folder):
                if camera_id is None or camera.name == _safe(camera_id):
                    yield CameraFolder(city, purpose, unquote(camera.name), scope)


def _purpose_folder(purpose: str, scope: Scope) -> str:
    name = quote(purpose, safe="").replace(_BEFORE_SCOPE, "%7E")
    if scope.is_live:
        return name
    return name + _BEFORE_SCOPE + (_DEMO if scope == DEMO else quote(scope, safe=""))


def _read_purpose_folder(name: str) -> tuple[str, Scope]:
    """Purpose and scope. Raises ValueError for what this program has not written."""
    purpose, _, scope = name.partition(_BEFORE_SCOPE)
    if not scope:
        return unquote(purpose), LIVE
    return unquote(purpose), DEMO if scope == _DEMO else Scope(unquote(scope))


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
