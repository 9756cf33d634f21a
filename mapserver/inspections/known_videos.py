"""The videos that a server would read, for inspections that run without one. Opens none."""

from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from mapserver import migrations
from mapserver.core.settings import Settings
from mapserver.core.video_settings import VideoSettings
from mapserver.core.videos import videos
from telemetry.errors import VanagasError
from telemetry.store import Store


def known_videos(settings: Settings) -> list[VideoSettings]:
    """Those of registry and settings; of the settings alone where the database cannot be read."""
    if settings.database_file is not None and not settings.database_file.exists():
        return settings.videos
    try:
        with closing(Store(settings.database)) as store:
            migrations.require_current(store)
            with store.read() as session:
                return videos(settings, session)
    except (VanagasError, SQLAlchemyError):
        return settings.videos
