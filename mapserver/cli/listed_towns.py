"""The towns that a command without a server knows: those of the database in its data folder, else those that ship."""

import os
from contextlib import closing
from pathlib import Path

import typer

from telemetry.cities import City, UnknownTown, known_towns
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message

DATABASE_FILES = ("vanagas.db", "vanagas.toml")
"""One of them lies in a data folder whose database can be read: the database, or what names its server."""
DATABASE_URL = "VANAGAS_DATABASE_URL"


def know_towns(data: Path | None) -> bool:
    """Know the towns of the database of the folder `data`; gives whether there was one to read.

    Where it cannot be read the towns that ship stay, with a word on standard error: a plan is checked in the field too.
    """
    if not has_database(data):
        return False
    from mapserver.core.settings import load as load_settings  # noqa: PLC0415  slow to import, and mostly not needed

    settings = load_settings(data)
    if settings.database_file is not None and not settings.database_file.is_file():
        return False
    return _read(settings.database)


def has_database(data: Path | None) -> bool:
    """Whether the folder has a database, or something names the server of one."""
    return DATABASE_URL in os.environ or any((data_folder(data) / name).is_file() for name in DATABASE_FILES)


def town_given(id: str, data: Path | None) -> City:
    """The town of the option --city. Raises BadInput, saying where other towns would be listed."""
    listed = know_towns(data)
    try:
        return City(id)
    except UnknownTown as error:
        if listed:
            raise
        towns = ", ".join(known_towns())
        raise BadInput(
            Message("towns.unknown_without_database", town=id, towns=towns, folder=data_folder(data))
        ) from error


def data_folder(data: Path | None) -> Path:
    """The folder that keeps everything: the option --data, else as the environment says."""
    return data or Path(os.environ.get("VANAGAS_DATA_DIR", "data"))


def _read(url: str) -> bool:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from telemetry.store import Store  # noqa: PLC0415
    from telemetry.towns import service  # noqa: PLC0415

    try:
        with closing(Store(url)) as store:
            service.load(store)
    except (SQLAlchemyError, OSError, Misconfigured) as error:
        reason = error.told if isinstance(error, Misconfigured) else str(getattr(error, "orig", error))
        typer.echo(Message("towns.not_read", reason=reason, towns=", ".join(known_towns())).text(), err=True)
        return False
    return True
