"""Takes up what vanagas.toml says of the towns, their videos and how long things are kept while the server runs.

What else changes in the file takes a restart, and is told as a fault until then.
"""

import logging
from collections.abc import Callable

from mapserver.core.listed_towns import require_listed_towns
from mapserver.core.services import Services, standards_of
from mapserver.core.settings import CONFIG_FILE, Settings, load
from mapserver.faults import Amiss
from telemetry.cities import known_towns
from telemetry.errors import VanagasError
from telemetry.messages import Message

log = logging.getLogger(__name__)

LOOK_S = 1.0
TAKEN_UP = ("checks", "orthophotos", "terrains", "towns", "gazetteer", "videos", "retention")
"""The settings that are read where they are used, so that a new value counts at once."""
TAKEN_UP_WITHIN = {"recording": ("keep",), "analysis": ("tokens",), "mqtt": ("device_tokens",)}
"""Settings of which a part is."""
FAULT = "settings"


class SettingsWatch:
    """Looks whether the settings' file, or the list of towns that it is about, is another one now."""

    def __init__(self, parts: Services, on_videos: Callable[[], None]) -> None:
        """`on_videos` is called, on the thread that looks, when other videos are in the settings."""
        self._parts = parts
        self._on_videos = on_videos
        self._file = parts.settings.data_dir / CONFIG_FILE
        self._seen = self._state()
        self._said = self._load() or parts.settings
        """As taken up last."""
        self._first = self._said

    def look(self) -> None:
        """Take up what is new."""
        state = self._state()
        if state == self._seen:
            return
        self._seen = state
        said = self._load()
        if said is None:
            return
        before = self._said
        changed = [name for name in TAKEN_UP if getattr(said, name) != getattr(before, name)]
        for name in changed:
            setattr(self._parts.settings, name, getattr(said, name))
        changed += self._take_up_parts(before, said)
        standards = standards_of(self._parts.settings)
        self._parts.standards.policies = standards.policies
        self._parts.standards.terrains = standards.terrains
        self._parts.standards.grounds = standards.grounds
        if changed:
            log.info("taken up from %s: %s", CONFIG_FILE, ", ".join(changed))
        if "videos" in changed:
            self._on_videos()
        self._tell_the_rest(said)

    def _take_up_parts(self, before: Settings, said: Settings) -> list[str]:
        changed = []
        for whole, names in TAKEN_UP_WITHIN.items():
            for name in names:
                new = getattr(getattr(said, whole), name, None)
                running = getattr(self._parts.settings, whole)
                if running is None or new is None or new == getattr(getattr(before, whole), name, None):
                    continue
                setattr(self._parts.settings, whole, running.model_copy(update={name: new}))
                changed.append(f"{whole}.{name}")
        return changed

    def _tell_the_rest(self, said: Settings) -> None:
        """What changed since the start and is not taken up is a fault until the server is started again."""
        waiting = sorted(
            name for name in Settings.model_fields if _kept_part(name, said) != _kept_part(name, self._first)
        )
        self._said = said
        if not waiting:
            self._parts.faults.end(FAULT)
            return
        remedy = Message("faults.settings_restart", settings=waiting)
        self._parts.faults.begin(FAULT, Amiss(Message("faults.settings_not_taken_up"), remedy))

    def _state(self) -> tuple[object, ...]:
        try:
            stat = self._file.stat()
        except OSError:
            return (None, known_towns())
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino, known_towns())

    def _load(self) -> Settings | None:
        """The settings as they are now; None, with a fault, where they cannot be used."""
        try:
            said = load(self._parts.settings.data_dir)
            require_listed_towns(said)
        except VanagasError as error:
            remedy = Message("faults.settings_unusable_remedy", reason=error.told)
            self._parts.faults.begin(FAULT, Amiss(Message("faults.settings_unusable"), remedy))
            return None
        return said


def _kept_part(name: str, settings: Settings) -> object:
    """What of a setting is not taken up while the server runs."""
    if name in TAKEN_UP:
        return None
    value = getattr(settings, name)
    if name in TAKEN_UP_WITHIN and value is not None:
        return value.model_copy(update=dict.fromkeys(TAKEN_UP_WITHIN[name]))
    return value
