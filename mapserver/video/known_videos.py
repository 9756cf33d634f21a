"""The videos that there are, read anew when the registry or the settings change; what is amiss with some is a fault.

Starts no stream.
"""

from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import named_twice, unreadable, videos
from mapserver.faults import Amiss
from telemetry.messages import Message


class KnownVideos:
    """Reads which videos there are. One thread at a time."""

    def __init__(self, parts: Services) -> None:
        self._parts = parts
        self._told: dict[str, Amiss] = {}
        """What is amiss, by the part that the fault names."""

    def read(self) -> dict[str, VideoSettings]:
        """Every video that can be read, by its owner. Raises StoreUnavailable."""
        settings = self._parts.settings
        with self._parts.store.read() as session:
            known = {video.name: video for video in videos(settings, session)}
            twice = named_twice(settings, session)
            locked = unreadable(settings, session)
        self._tell({**_twice(twice), **_locked(locked)})
        return known

    def _tell(self, told: dict[str, Amiss]) -> None:
        for part in self._told.keys() - told.keys():
            self._parts.faults.end(part)
        for part, amiss in told.items():
            self._parts.faults.begin(part, amiss)
        self._told = told


def _twice(names: list[str]) -> dict[str, Amiss]:
    remedy = Message("faults.video_named_twice_remedy")
    return {f"streams {name}": Amiss(Message("faults.video_named_twice", video=name), remedy) for name in names}


def _locked(names: list[str]) -> dict[str, Amiss]:
    return {
        f"address {name}": Amiss(
            Message("faults.address_unreadable", camera=name),
            Message("faults.address_unreadable_remedy", camera=name),
        )
        for name in names
    }
