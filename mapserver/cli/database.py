"""`vanagas db`: the schema brought up to date, the invariants checked, incidents rebuilt, odd copies taken up."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from incidents.rebuilding import service as rebuilding
from incidents.rebuilding.service import RebuiltTown
from mapserver import migrations
from mapserver.backup.before_upgrade import keep_copy
from mapserver.backup.table_copy import begin_history, copy_from_file
from mapserver.chain.flow import verify_database
from mapserver.chain.known_heads import heads_file, outside_heads, public_keys, signing_key
from mapserver.cli.options import DataDir
from mapserver.core.existing_database import require_database
from mapserver.core.only_server import only_server
from mapserver.core.secret_key import take_new_key
from mapserver.core.settings import Settings, load
from mapserver.program import invariants
from mapserver.program.opening import open_parts
from telemetry.access import Principal, Role
from telemetry.clock import SystemClock
from telemetry.errors import BadInput, Misconfigured
from telemetry.messages import Message
from telemetry.messages import text as words
from telemetry.store import MediaStore, Store, sqlite
from telemetry.store.private import repair_modes

app = typer.Typer(help="The database.", no_args_is_help=True, add_completion=False)


@app.command()
def upgrade(data: DataDir = None) -> None:
    """Bring the schema up to date, from nothing if need be, keeping a copy of the database as it was."""
    settings = load(data)
    with only_server(settings.data_dir), closing(Store(settings.database)) as store:
        repair_modes(settings.data_dir)
        before = migrations.current(store)
        migrations.require_known(store)
        copy = None
        if before not in (None, migrations.newest()):
            copy = keep_copy(settings, store, schema=str(before), now=SystemClock().now())
        migrations.upgrade(store)
        typer.echo(Message("cli.at_schema", schema=migrations.current(store)).text())
        if copy is not None:
            typer.echo(Message("cli.copy_kept", schema=before, copy=copy).text(), err=True)


@app.command()
def check(
    data: DataDir = None,
    whole: Annotated[bool, typer.Option("--whole", help="Check what was found sound before, too.")] = False,
) -> None:
    """Check that the database keeps every promise; exit 1 and one line for each that it breaks.

    What the last check found sound is not looked at again, unless it changed or with --whole; the chains of audit,
    timelines and observations always are (see `vanagas audit verify`).
    """
    settings = load(data)
    broken = 0
    with closing(Store(settings.database)) as store:
        migrations.require_current(store)
        since = None if whole else invariants.checked_before(store)
        media = MediaStore(settings.data_dir / "media")
        differences: Iterable[Message | str] = migrations.differences(store)
        invariants_broken = invariants.check(store, media, SystemClock(), since=since)
        for said in chain(differences, _chains(store, settings), invariants_broken):
            typer.echo(words(said))
            broken += 1
    if broken:
        typer.echo(Message("cli.violations", count=broken).text(), err=True)
        raise typer.Exit(1)
    sound = Message("cli.invariants_hold")
    if since is not None:
        sound = Message("cli.invariants_hold_since", at=since.at)
    typer.echo(sound.text(), err=True)


@app.command()
def rebuild(
    data: DataDir = None,
    only_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where a field is not as the log gives it.")
    ] = False,
) -> None:
    """Work the state of incidents out anew from the log: observations, decisions, timelines; write it, keeping a copy.

    With --check it is only compared, and of each town the first incident and field that differ are named.
    """
    settings = load(data)
    require_database(settings)
    parts = open_parts(settings)
    now = parts.clock.now()
    with closing(parts.store):
        if only_check:
            towns = rebuilding.check(parts.store, parts.rules, now)
        else:
            with only_server(settings.data_dir):
                schema = str(migrations.newest())
                copy = keep_copy(settings, parts.store, schema=schema, now=now)
                typer.echo(Message("cli.copy_kept", schema=schema, copy=copy).text(), err=True)
                towns = rebuilding.rebuild(parts.store, parts.rules, now)
    for town in towns:
        for said in _told_of(town, written=not only_check):
            typer.echo(said.text())
    if only_check and any(town.different for town in towns):
        raise typer.Exit(1)


def _told_of(found: RebuiltTown, *, written: bool) -> Iterator[Message]:
    """What the rebuilding of a town and scope found."""
    counts = {
        "city": found.town.city,
        "scope": found.town.scope,
        "incidents": found.incidents,
        "different": found.different,
    }
    if found.first is not None:
        first = found.first
        values = {"stored": repr(first.stored), "rebuilt": repr(first.rebuilt)}
        yield Message("cli.rebuild_differs", **counts, incident=first.incident_id, field=first.field, **values)
        yield Message("cli.rebuilt" if written else "cli.rebuild_count", **counts)
    else:
        yield Message("cli.rebuild_whole", **counts)
    if found.waiting:
        yield Message("cli.rebuild_waiting", **counts, waiting=found.waiting)
    if found.forgotten:
        yield Message("cli.rebuild_forgotten", **counts, forgotten=found.forgotten)


def _chains(store: Store, settings: Settings) -> list[Message]:
    """What is wrong with the chains, held against the heads outside where the settings name them."""
    heads = outside_heads(heads_file(settings))
    return verify_database(store, heads, public_keys=public_keys(signing_key(settings))).faults


@app.command()
def accept_copy(data: DataDir = None) -> None:
    """Go on with a database that was copied without its newest rows; what it lacks is lost."""
    settings = load(data)
    file = settings.database_file
    if file is None:
        raise Misconfigured(Message("cli.never_a_copy"))
    require_database(settings)
    with only_server(settings.data_dir):
        sqlite.accept_copy(file)
    typer.echo(Message("cli.copy_accepted", file=file).text())


@app.command()
def load_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A vanagas.db, or a copy that an upgrade kept.")],
    data: DataDir = None,
) -> None:
    """Copy an SQLite database into the empty one of the PostgreSQL server that `database_url` names."""
    settings = load(data)
    if settings.database_file is not None:
        raise Misconfigured(Message("cli.no_postgres"))
    if not file.is_file():
        raise BadInput(Message("cli.no_file", file=file))
    with only_server(settings.data_dir), closing(Store(settings.database)) as store:
        copy_from_file(file, store)
        begin_history(store)
        typer.echo(Message("cli.database_as_file", file=file, schema=migrations.current(store)).text())


@app.command()
def new_key(data: DataDir = None) -> None:
    """Go on with another secret key than before: every session and token ends."""
    settings = load(data)
    require_database(settings)
    with only_server(settings.data_dir), closing(Store(settings.database)) as store:
        migrations.require_current(store)
        take_new_key(store, settings.key, Principal("command line", Role.ADMIN, None), SystemClock())
    typer.echo(Message("cli.key_taken").text())
