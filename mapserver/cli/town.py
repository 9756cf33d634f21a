"""`vanagas town`: the towns that are served. Servers that run know of a change within a second."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from mapserver import migrations
from mapserver.cli.access import COMMAND_LINE
from mapserver.cli.options import DataDir
from mapserver.cli.people import AsJson, print_rows
from mapserver.core.existing_database import require_database
from mapserver.core.listed_towns import settings_about
from mapserver.core.only_server import only_server
from mapserver.core.settings import load
from telemetry.clock import SystemClock
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.towns import service
from telemetry.towns.service import FACTS, TownWish

app = typer.Typer(help="The towns that are served.", no_args_is_help=True, add_completion=False)

Id = Annotated[str, typer.Argument(metavar="TOWN", help="Its id, in small Latin letters, such as joniskis.")]
NAME = typer.Option(help="As people write it.")
COUNTRY = typer.Option(help="ISO 3166-1, two capital letters.")
LAW = typer.Option(help="Which rules its flights are judged by.")
LANGUAGES = typer.Option("--language", help="ISO 639-1; that of the town's own people first. May be repeated.")
ZONE = typer.Option(help="IANA time zone, such as Europe/Vilnius.")
LAT = typer.Option(help="Degrees north of the middle of its map.")
LON = typer.Option(help="Degrees east of it.")


@app.command("list")
def list_towns(data: DataDir = None, as_json: AsJson = False) -> None:
    """Every town in the order of lists; the first one's clock is shown to who serves all."""
    with _store(data) as store, store.read() as session:
        found = service.listed(session)
    if not as_json:
        found = [{**town, "languages": ",".join(town["languages"])} for town in found]
    print_rows(found, ("id", *FACTS), as_json=as_json)


@app.command()
def add(
    id: Id,
    name: Annotated[str, NAME],
    country: Annotated[str, COUNTRY],
    languages: Annotated[list[str], LANGUAGES],
    zone: Annotated[str, ZONE],
    lat: Annotated[float, LAT],
    lon: Annotated[float, LON],
    law: Annotated[str, LAW] = "EU",
    data: DataDir = None,
) -> None:
    """Add a town. Servers that run serve it within a second, and take up what vanagas.toml says of it."""
    facts = {
        "name": name,
        "country": country,
        "law": law,
        "languages": languages,
        "zone": zone,
        "lat": lat,
        "lon": lon,
    }
    with _store(data) as store, store.write() as work:
        row = service.add(work, id, facts, by=COMMAND_LINE, at=SystemClock().now())
    typer.echo(Message("cli.town_added", town=row.id, name=row.name).text())


@app.command()
def change(
    id: Id,
    name: Annotated[str | None, NAME] = None,
    country: Annotated[str | None, COUNTRY] = None,
    law: Annotated[str | None, LAW] = None,
    languages: Annotated[list[str] | None, LANGUAGES] = None,
    zone: Annotated[str | None, ZONE] = None,
    lat: Annotated[float | None, LAT] = None,
    lon: Annotated[float | None, LON] = None,
    data: DataDir = None,
) -> None:
    """Change what is said of a town; what is left out stays."""
    spoken = tuple(languages) if languages else None
    wish = TownWish(name, country, law, spoken, zone, lat, lon)
    with _store(data) as store, store.write() as work:
        row = service.change(work, id, wish, by=COMMAND_LINE, at=SystemClock().now())
    typer.echo(Message("cli.town_changed", town=row.id, name=row.name).text())


@app.command()
def remove(id: Id, data: DataDir = None) -> None:
    """Take a town out of the list, while nothing of it is kept and no server runs on the folder."""
    settings = load(data)
    named = settings_about(settings, id)
    if named:
        raise Conflict(Message("towns.has_settings", town=id, settings=", ".join(named)))
    recordings = settings.recordings_folder / id
    if recordings.is_dir() and any(recordings.iterdir()):
        raise Conflict(Message("towns.has_recordings", town=id, folder=recordings))
    require_database(settings)
    with only_server(settings.data_dir), _store(data) as store, store.write() as work:
        row = service.remove(work, id, by=COMMAND_LINE, at=SystemClock().now())
    typer.echo(Message("cli.town_removed", town=row.id, name=row.name).text())


@contextmanager
def _store(data: DataDir) -> Iterator[Store]:
    """The database alone: settings about a town that is not listed yet must not keep it from being added."""
    settings = load(data)
    require_database(settings)
    with closing(Store(settings.database)) as store:
        migrations.require_current(store)
        yield store
