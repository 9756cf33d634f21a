"""What of a server's files goes into a backup, what is a key, and what stays outside. Copies nothing."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mapserver.backup import before_upgrade
from mapserver.backup.manifest import DATA, KEYS, KeyEntry
from mapserver.core.settings import CONFIG_FILE, Settings
from telemetry.messages import Message, written

PLATE_KEY = "plate_key.json"
KEY_ENDINGS = frozenset({".key", ".pem", ".token", ".password"})
RESTORED_KEYS = "keys"
"""The folder below the data folder where a restored backup has keys that lay elsewhere."""
PASSWORD_NAMES = frozenset({"password", "mqtt_password", "tokens"})
_SECRET_LINE = re.compile(r"^\s*secret_key\s*=.*$", re.MULTILINE)
_WITH_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]+@")


def files_of(settings: Settings, *, recordings: bool) -> Iterator[Path]:
    """The files of the data folder that are copied as they are, by path below it; neither database nor keys."""
    root = settings.data_dir
    left_out = {root / before_upgrade.FOLDER}
    if not recordings:
        left_out.add(root / "recordings")
    database = settings.database_file
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if Path(folder) / name not in left_out)
        for name in sorted(names):
            file = Path(folder) / name
            passing = name.startswith(".") or file.suffix == ".part"
            of_database = database is not None and name.startswith(database.name) and file.parent == root
            if passing or of_database or name == CONFIG_FILE or is_key(settings, file) or not file.is_file():
                continue
            yield file.relative_to(root)


def is_key(settings: Settings, file: Path) -> bool:
    """Whether a file of the data folder is a key, a token or a password."""
    own = file.name == PLATE_KEY or file.suffix in KEY_ENDINGS
    in_key_folder = file.is_relative_to(settings.data_dir / RESTORED_KEYS)
    return own or in_key_folder or file.resolve() in {key.resolve() for key in settings.signing_keys.values()}


def keys_of(settings: Settings, *, copied: bool) -> Iterator[tuple[KeyEntry, Path | None]]:
    """Every key, and the file that holds it; None for the secret key, which is a setting."""
    root = settings.data_dir
    if settings.secret_key is not None:
        where = "VANAGAS_SECRET_KEY"
        if "secret_key" in settings_file(settings):
            where = str(root / CONFIG_FILE)
        target = f"{KEYS}/secret_key" if copied else None
        yield KeyEntry(name=Message("backup.keys.secret"), where=where, copied_to=target), None
    inside = [file for file in sorted(root.rglob("*")) if file.is_file() and is_key(settings, file)]
    for file in inside:
        target = f"{DATA}/{file.relative_to(root).as_posix()}" if copied else None
        yield KeyEntry(name=_name_of(settings, file), where=str(file), copied_to=target), file
    for drone, file in sorted(settings.signing_keys.items()):
        if not file.resolve().is_relative_to(root.resolve()):
            target = f"{KEYS}/signing/{drone}" if copied else None
            yield KeyEntry(name=Message("backup.keys.signing", drone=drone), where=str(file), copied_to=target), file


def _name_of(settings: Settings, file: Path) -> Message:
    for drone, key in settings.signing_keys.items():
        if key.resolve() == file.resolve():
            return Message("backup.keys.signing", drone=drone)
    return Message("backup.keys.plates") if file.name == PLATE_KEY else written(file.name)


def outside(settings: Settings, *, recordings: bool) -> Iterator[Message]:
    """What is needed or kept and is in no backup, in words."""
    folder = settings.recordings_folder
    if folder.is_dir() and not (recordings and settings.recording.folder is None):
        yield Message("backup.outside.recordings", path=folder)
    named = [
        ("categories", None, settings.categories_file),
        ("models", None, settings.models_file),
        ("map", None, settings.basemap),
        ("gazetteer", None, settings.gazetteer),
        *(("orthophoto", city, path) for city, path in settings.orthophotos.items()),
        *(("terrain", city, path) for city, path in settings.terrains.items()),
        *(("streets", city, town.streets_file) for city, town in settings.towns.items()),
    ]
    for what, city, path in named:
        if path is not None and not path.resolve().is_relative_to(settings.data_dir.resolve()):
            of = {} if city is None else {"town": city}
            yield Message(f"backup.outside.{what}", path=path, **of)


def settings_file(settings: Settings) -> Mapping[str, Any]:
    """What the settings file says; nothing when there is none."""
    file = settings.data_dir / CONFIG_FILE
    if not file.is_file():
        return {}
    return tomllib.loads(file.read_text("utf-8"))


def without_secret_key(text: str) -> str | None:
    """A settings file's text without the secret key, all else as it is; None when it cannot be taken out."""
    left = _SECRET_LINE.sub("# secret_key: a backup without keys does not have it", text)
    wanted = {name: value for name, value in tomllib.loads(text).items() if name != "secret_key"}
    try:
        if tomllib.loads(left) != wanted:
            return None
    except tomllib.TOMLDecodeError:
        return None
    return left


def passwords_in(said: Any, name: str = "") -> Iterator[str]:
    """The names of the settings that are passwords, or addresses with one."""
    if name.rpartition(".")[2] in PASSWORD_NAMES and said:
        yield name
    elif isinstance(said, Mapping):
        for key, value in said.items():
            yield from passwords_in(value, f"{name}.{key}" if name else key)
    elif isinstance(said, list):
        for number, value in enumerate(said):
            yield from passwords_in(value, f"{name}[{number}]")
    elif isinstance(said, str) and _WITH_PASSWORD.search(said):
        yield name
