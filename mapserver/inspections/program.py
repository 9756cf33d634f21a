"""Inspections of the program's own parts before it serves: database, folders, models, pages, port. Changes nothing."""

import stat
import tempfile
from collections.abc import Callable, Iterator, Sized
from contextlib import closing
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from incidents.closing.codes import load_codes
from incidents.merging.categories import load_rules
from incidents.procedures.reading import load_procedures
from incidents.referrals.reading import load_services
from mapserver import migrations
from mapserver.camera_setups.flow import Setups
from mapserver.camera_setups.video_source import owned
from mapserver.core.forgetting import ForgettingGuard
from mapserver.core.only_server import check_port, only_server
from mapserver.core.secret_key import WAY_OUT, is_known_key
from mapserver.core.settings import CONFIG_FILE, Settings
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import named_twice, unreadable, videos
from mapserver.faults.values import Amiss, Inspection, Sound
from mapserver.inspections.known_videos import known_videos
from mapserver.web.static_files import VENDORS as STATIC
from telemetry.clock import SystemClock
from telemetry.errors import Conflict, Misconfigured, VanagasError
from telemetry.messages import Message, written
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
    yield Inspection(
        "secret key", _sound_unless_raised(partial(_secret_key, settings), Message("faults.nobody_signs_in"))
    )
    yield Inspection("database", _sound_unless_raised(partial(_database, settings), Message("faults.nothing_kept")))
    yield Inspection("retention", partial(_retention, settings))
    yield Inspection(
        "detection model", _sound_unless_raised(partial(_model, settings), Message("faults.no_video_analysed"))
    )
    yield Inspection("port", _sound_unless_raised(partial(_port, settings), Message("faults.unreachable")))
    for folder in _folders(settings):
        yield Inspection(f"folder {folder.name}", partial(_folder, folder))
    yield Inspection("permissions", partial(_permissions, settings))
    if settings.categories_file is not None:
        what = Message("faults.categories_unused")
        yield Inspection("categories", _sound_unless_raised(partial(_categories, settings.categories_file), what))
    for file, load in (
        (settings.closing_codes_file, load_codes),
        (settings.procedures_file, load_procedures),
        (settings.services_file, load_services),
    ):
        if file is not None:
            what = Message("faults.town_file_unread", file=file.name)
            yield Inspection(f"file {file.name}", _sound_unless_raised(partial(_town_file, file, load), what))
    if known := known_videos(settings):
        yield Inspection("cameras", partial(_cameras, settings))
        yield Inspection("rules", partial(_rules, settings, known))


def _sound_unless_raised(check: Callable[[], Message], what: Message) -> Callable[[], Sound | Amiss]:
    def look() -> Sound | Amiss:
        try:
            return Sound(check())
        except VanagasError as error:
            return Amiss(what, error.told)
        except (SQLAlchemyError, OSError) as error:
            return Amiss(what, Message("faults.mend_database", reason=getattr(error, "orig", error)))

    return look


def _secret_key(settings: Settings) -> Message:
    words = Message("faults.secret_key_sound", count=len(settings.key))
    if not _may_have_database(settings):
        return words
    with closing(Store(settings.database)) as store:
        if migrations.current(store) != migrations.newest():
            return words
        if is_known_key(store, settings.key) is False:
            raise Misconfigured(f"it is another one than the database was written with; {WAY_OUT}")
    return words


def _database(settings: Settings) -> Message:
    if not _may_have_database(settings):
        raise Misconfigured(Message("faults.no_database"))
    store = Store(settings.database)
    try:
        migrations.require_current(store)
        return Message("faults.schema_current", schema=migrations.current(store))
    finally:
        store.close()


def _may_have_database(settings: Settings) -> bool:
    """False where its file is not there; a server has to be asked."""
    return settings.database_file is None or settings.database_file.exists()


def _retention(settings: Settings) -> Sound | Amiss:
    if not _may_have_database(settings):
        return Sound(Message("faults.nothing_to_forget"))
    try:
        with closing(Store(settings.database)) as store:
            migrations.require_current(store)
            return ForgettingGuard(store, clock=SystemClock(), uptime=machine_uptime).inspection().look()
    except (VanagasError, SQLAlchemyError) as error:
        return Amiss(Message("faults.forgetting_unknown"), Message("faults.mend_database_because", reason=error))


def _model(settings: Settings) -> Message:
    entry = find_model(settings.model, read_catalogue(settings.models_file))
    return Message("faults.model_whole", model=entry.name, mib=len(entry.weights()) / 2**20)


def _port(settings: Settings) -> Message:
    if settings.data_dir.is_dir():
        try:
            with only_server(settings.data_dir):
                check_port(settings.host, settings.port)
        except Conflict:
            return Message("faults.port_in_use_by_server", host=settings.host, port=settings.port)
    else:
        check_port(settings.host, settings.port)
    return Message("faults.port_free", host=settings.host, port=settings.port)


def _folders(settings: Settings) -> list[Path]:
    folders = [settings.data_dir]
    if settings.recording.on and settings.recording.folder is not None:
        folders.append(settings.recording.folder)
    return folders


def _folder(folder: Path) -> Sound | Amiss:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        remedy = Message("faults.folder_remedy", folder=folder, reason=error.strerror)
        return Amiss(Message("faults.folder_unwritable"), remedy)
    return Sound(Message("faults.folder_sound", folder=folder))


def _permissions(settings: Settings) -> Sound | Amiss:
    """Personal data and secrets are nobody else's to read."""
    kept = [settings.data_dir, settings.data_dir / CONFIG_FILE, settings.data_dir / "vanagas.db"]
    opened = [path for path in kept if path.exists() and path.stat().st_mode & stat.S_IRWXO]
    inside_closed = settings.data_dir.exists() and not settings.data_dir.stat().st_mode & stat.S_IRWXO
    if opened and not inside_closed:
        names = ", ".join(str(path) for path in opened)
        return Amiss(Message("faults.readable_by_all"), written(f"chmod o= {names}"))
    return Sound(Message("faults.readable_by_few"))


def _categories(file: Path) -> Message:
    return Message("faults.categories_sound", count=len(load_rules(file).by_name))


def _town_file(file: Path, load: Callable[[Path], Sized]) -> Message:
    return Message("faults.town_file_sound", count=len(load(file)))


def _cameras(settings: Settings) -> Sound | Amiss:
    store = Store(settings.database)
    try:
        with store.read() as session:
            unknown = [video.name for video in settings.videos if not owned(session, video.name)]
            twice = named_twice(settings, session)
            locked = unreadable(settings, session)
            count = len(videos(settings, session))
    except SQLAlchemyError:
        return Sound(Message("faults.unknown_without_database"), doubt=True)
    finally:
        store.close()
    if unknown:
        remedy = Message("faults.videos_of_nobody_remedy", videos=", ".join(unknown))
        return Amiss(Message("faults.videos_of_nobody", videos=len(unknown)), remedy)
    if locked:
        words = Message("faults.address_unreadable", camera=", ".join(locked))
        return Amiss(words, Message("faults.address_unreadable_remedy", camera=locked[0]))
    if twice:
        words = Message("faults.video_named_twice", video=", ".join(twice))
        return Amiss(words, Message("faults.video_named_twice_remedy"))
    return Sound(Message("faults.videos_sound", videos=count))


def _rules(settings: Settings, known: list[VideoSettings]) -> Sound | Amiss:
    try:
        unusable = Setups(settings).check(known)
    except VanagasError as error:
        return Sound(Message("faults.unknown_without_model", reason=error.told), doubt=True)
    if unusable:
        why = "; ".join(unusable.values())
        return Amiss(
            Message("faults.nothing_found", cameras=", ".join(unusable)), Message("faults.rules_remedy", reason=why)
        )
    return Sound(Message("faults.rules_sound"))


def _web_parts() -> Sound | Amiss:
    missing = [name for name in NEEDED if not (STATIC / name).is_file()]
    if missing:
        return Amiss(Message("faults.pages_broken"), Message("faults.pages_remedy", file=missing[0]))
    return Sound(Message("faults.pages_sound", files=len(NEEDED)))


def _footage() -> Sound | Amiss:
    found = find_footage()
    if not found:
        return Sound(Message("faults.demo_without_video"), doubt=True)
    return Sound(
        written(", ".join(f"{clip.name} ({Path(clip.path).stat().st_size / 2**20:.1f} MiB)" for clip in found))
    )
