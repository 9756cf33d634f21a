"""`vanagas user` and `vanagas token`: who may sign in, and tokens for programs and devices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import typer
from sqlmodel import Session

from mapserver.access import passwords, people, service, tokens
from mapserver.access.tables import UserRow
from mapserver.cli.options import DataDir, ScopeOption
from mapserver.core.services import Services
from mapserver.core.settings import load
from mapserver.program.opening import open_parts
from telemetry.access import MAY_SERVE_BOTH, Principal, Role
from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.scopes import LIVE, Scope

COMMAND_LINE = Principal("command line", Role.ADMIN, None)
"""Who does it, in the audit trail: whoever may read the data folder."""


def token(
    user: Annotated[str, typer.Option(help="Whose token it is.")],
    data: DataDir = None,
    days: Annotated[float, typer.Option(help="How many days it is good for, at most 366.")] = 30,
    label: Annotated[str, typer.Option(help="What it is for, to find it again.")] = "command line",
) -> None:
    """Print a new token for `Authorization: Bearer …`. It is shown once; only its digest is kept."""
    parts = opened(data)
    with parts.store.write() as work:
        issued = tokens.issue(
            work,
            parts.tokens,
            user,
            label=label,
            lasts=timedelta(days=days),
            by=acting_in(Scope(service.get_user(work.session, user).scope)),
            at=parts.clock.now(),
        )
    typer.echo(issued)


def user(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[Role | None, typer.Option(help="For a new user: what the role is.")] = None,
    city: Annotated[
        str | None, typer.Option(metavar="TOWN", help="For a new user: which town; none for an admin.")
    ] = None,
    both_towns: Annotated[
        bool, typer.Option("--both-towns", help="For a new coordinator or supervisor: a duty that the towns share.")
    ] = False,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Add a user, or give one a new password, which is asked for. Devices get no password: see `vanagas token`."""
    parts = opened(data)
    with parts.store.read() as session:
        known = session.get(UserRow, name.strip().lower()) is not None
    if not known and role is None:
        raise BadInput(Message("cli.user_missing", name=name))
    if known and scope is not None:
        raise BadInput(Message("cli.user_has_scope", name=name))
    if both_towns and city is not None:
        raise BadInput(Message("cli.towns_exclude"))
    if not known and role in MAY_SERVE_BOTH and city is None and not both_towns:
        raise BadInput(Message("cli.town_missing", role=role))
    town = None if city is None else City(city)
    device = role is Role.DEVICE
    if known and device:
        raise BadInput(Message("cli.device_has_no_password", name=name))
    password = None
    if not device:
        text = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        password = passwords.chosen(text, name.strip().lower())
    with parts.store.write() as work:
        if known and password is not None:
            by = acting_for(work.session, name)
            people.set_password(work, people.get(work.session, name, by), password, by=by, at=parts.clock.now())
        elif role is not None:
            by = acting_in(scope or parts.settings.scope)
            people.add(work, name, role, town, password=password, by=by, at=parts.clock.now())
    typer.echo(f"{name}: {'new password set' if known else 'added'}")


def acting_in(scope: Scope) -> Principal:
    """The command line in a scope: what it writes down is read there."""
    return replace(COMMAND_LINE, scope=scope)


def acting_for(session: Session, name: str) -> Principal:
    """The same in the scope of the user `name`; in live for nobody."""
    user = session.get(UserRow, name.strip().lower())
    return acting_in(LIVE if user is None else Scope(user.scope))


def opened(data: DataDir) -> Services:
    """The parts on the database of a data folder. Raises Misconfigured without one, or one that does not fit."""
    return open_parts(load(data))


@contextmanager
def parts_of(data: DataDir) -> Iterator[Services]:
    """The same, and the database closed in the end."""
    parts = opened(data)
    try:
        yield parts
    finally:
        parts.store.close()
