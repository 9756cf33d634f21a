"""`vanagas shift`: who is on duty for a town, from when until when."""

from datetime import timedelta
from typing import Annotated

import typer

from incidents.shifts import service
from mapserver.cli.access import acting_in, opened
from mapserver.cli.options import DataDir, ScopeOption, TownName, moment
from mapserver.cli.people import AsJson, print_rows
from mapserver.core.services import Services
from mapserver.shifts.flow import cancel_shift, plan_shift
from telemetry.access import Principal, visibility
from telemetry.cities import City
from telemetry.messages import Message
from telemetry.scopes import Scope

app = typer.Typer(help="Who is on duty for a town.", no_args_is_help=True, add_completion=False)

FIELDS = ("id", "city", "person", "role", "begins", "ends")
AHEAD = timedelta(days=7)
AT = typer.Option("--at", metavar="TIME", help="Such as 2026-06-01T22:00Z; else now.")
FROM = typer.Option("--from", metavar="TIME", help="When it begins, such as 2026-06-01T22:00Z.")
UNTIL = typer.Option("--until", metavar="TIME", help="When it is over.")
DAYS = typer.Option(min=1, max=366, help="How many days ahead.")


@app.command("list")
def list_shifts(
    data: DataDir = None,
    scope: ScopeOption = None,
    days: Annotated[int, DAYS] = AHEAD.days,
    as_json: AsJson = False,
) -> None:
    """The shifts of now and of the next days, of all towns."""
    parts = opened(data)
    now = parts.clock.now()
    with parts.store.read() as session:
        found = service.between(session, visibility(_by(parts, scope)), now, now + timedelta(days=days))
    print_rows([service.public(row) for row in found], FIELDS, as_json=as_json)


@app.command()
def now(
    data: DataDir = None,
    scope: ScopeOption = None,
    at: Annotated[str | None, AT] = None,
    as_json: AsJson = False,
) -> None:
    """Who is on shift; exit status 1 when nobody is."""
    parts = opened(data)
    asked = moment(at, "--at") if at else parts.clock.now()
    with parts.store.read() as session:
        found = service.on_shift(session, visibility(_by(parts, scope)), asked)
    print_rows([service.public(row) for row in found], FIELDS, as_json=as_json)
    if not found:
        raise typer.Exit(1)


@app.command()
def add(
    person: Annotated[str, typer.Argument(help="The name they sign in with.")],
    city: TownName,
    begins: Annotated[str, FROM],
    ends: Annotated[str, UNTIL],
    data: DataDir = None,
    scope: ScopeOption = None,
) -> None:
    """Plan a shift of at most 24 hours."""
    parts = opened(data)
    by = _by(parts, scope)
    with parts.store.write() as work:
        row = plan_shift(
            work,
            by,
            city=City(city),
            person=person,
            begins=moment(begins, "--from"),
            ends=moment(ends, "--until"),
            now=parts.clock.now(),
        )
    typer.echo(Message("cli.shift_planned", shift=row.id, person=row.person).text())


@app.command()
def cancel(
    shift: Annotated[str, typer.Argument(help="Its id in `vanagas shift list`.")],
    data: DataDir = None,
    scope: ScopeOption = None,
) -> None:
    """Take a shift off; one that has begun ends now."""
    parts = opened(data)
    with parts.store.write() as work:
        cancel_shift(work, _by(parts, scope), shift, now=parts.clock.now())
    typer.echo(Message("cli.shift_cancelled", shift=shift).text())


def _by(parts: Services, scope: Scope | None) -> Principal:
    return acting_in(scope or parts.settings.scope)
