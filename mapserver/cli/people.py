"""`vanagas people`: who may sign in, their roles and towns, and their end."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from sqlmodel import select

from mapserver.access import passwords, people, tokens
from mapserver.access.tables import UserRow
from mapserver.cli.access import acting_for, acting_in, opened
from mapserver.cli.options import DataDir
from telemetry.access import Role
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import LANGUAGES, Message, current_language
from telemetry.scopes import Scope

app = typer.Typer(help="People and devices that may sign in.", no_args_is_help=True, add_completion=False)

Name = Annotated[str, typer.Argument(help="The name they sign in with.")]
TownOption = Annotated[
    str | None, typer.Option("--city", metavar="TOWN", help="The town: its id in `vanagas town list`.")
]
BothTowns = Annotated[bool, typer.Option("--both-towns", help="A duty that all towns share.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("list")
def list_people(data: DataDir = None, as_json: AsJson = False) -> None:
    """Everybody: role, town, scope, how many sessions and tokens, last use."""
    parts = opened(data)
    with parts.store.read() as session:
        scopes = session.exec(select(UserRow.scope).distinct().order_by(UserRow.scope)).all()
        found = [person for scope in scopes for person in people.listed(session, acting_in(Scope(scope)))]
    print_rows(
        found, ("name", "role", "city", "scope", "active", "sessions", "tokens", "last_used_at"), as_json=as_json
    )


@app.command()
def show(name: Name, data: DataDir = None, as_json: AsJson = False) -> None:
    """One person or device, and what they are signed in with."""
    parts = opened(data)
    with parts.store.read() as session:
        by = acting_for(session, name)
        person = people.public(session, people.get(session, name, by))
        held = tokens.listed(session, by, user=name)
    if as_json:
        typer.echo(json.dumps({**person, "held": held}))
        return
    for field, value in person.items():
        typer.echo(f"{field:14}{_shown(value)}")
    print_rows(held, TOKEN_FIELDS, as_json=False)


@app.command()
def role(
    name: Name, role: Annotated[Role, typer.Argument()], city: TownOption = None, both_towns: BothTowns = False,
    data: DataDir = None,
) -> None:  # fmt: skip
    """Give another role; the town stays unless another is said. Open pages follow within a second."""
    parts = opened(data)
    with parts.store.write() as work:
        serves_both = both_towns or role is Role.ADMIN
        town = _town(city, both_towns=serves_both)
        if town is None and not serves_both:
            kept = people.get(work.session, name, acting_for(work.session, name)).city
            town = None if kept is None else City(kept)
        user = people.change_role(work, name, role, town, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(f"{user.name}: {user.role}, {_named(user.city)}")


@app.command()
def town(name: Name, city: TownOption = None, both_towns: BothTowns = False, data: DataDir = None) -> None:
    """Move to another town. Open pages follow within a second."""
    if city is None and not both_towns:
        raise BadInput(Message("cli.say_town"))
    parts = opened(data)
    with parts.store.write() as work:
        moved_to = _town(city, both_towns=both_towns)
        user = people.change_town(work, name, moved_to, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(f"{user.name}: {_named(user.city)}")


@app.command()
def deactivate(name: Name, data: DataDir = None) -> None:
    """Let them in no more; every session, token and open page of theirs ends within a second."""
    parts = opened(data)
    with parts.store.write() as work:
        user = people.deactivate(work, name, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(Message("cli.user_deactivated", name=user.name).text())


@app.command()
def activate(name: Name, data: DataDir = None) -> None:
    """Let them in again, with the password they had."""
    parts = opened(data)
    with parts.store.write() as work:
        user = people.activate(work, name, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(Message("cli.user_active", name=user.name).text())


@app.command()
def reset(name: Name, data: DataDir = None) -> None:
    """Print a new password for who forgot theirs; every session and token of theirs ends."""
    parts = opened(data)
    password = passwords.generated()
    with parts.store.write() as work:
        people.reset_password(work, name, password, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(password.text)


@app.command()
def end_sessions(name: Name, data: DataDir = None) -> None:
    """Sign them out of every browser; they may sign in again."""
    parts = opened(data)
    with parts.store.write() as work:
        ended = people.end_sessions(work, name, by=acting_for(work.session, name), at=parts.clock.now())
    typer.echo(Message("cli.sessions_ended", name=name, count=ended).text())


TOKEN_FIELDS = ("id", "user", "kind", "label", "expires_at", "last_used_at")


def print_rows(rows: Sequence[dict[str, Any]], fields: Sequence[str], *, as_json: bool) -> None:
    """Print `rows` as JSON lines, or their `fields` in columns."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    table = [[field.replace("_", " ") for field in fields], *([_shown(row[field]) for field in fields] for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(fields))]
    for line in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _shown(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            spoken = LANGUAGES[current_language()]
            return spoken.yes if value else spoken.no
        case _:
            return str(value)


def _town(city: str | None, *, both_towns: bool) -> City | None:
    if both_towns and city is not None:
        raise BadInput(Message("cli.admin_serves_both"))
    return None if city is None else City(city)


def _named(city: str | None) -> str:
    return Message("towns.both").text() if city is None else City(city).facts.name
