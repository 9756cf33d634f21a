"""`vanagas devices`: which devices may hand in, and for which sources each of them may speak."""

import json
from datetime import timedelta
from typing import Annotated

import typer
from sqlmodel import col, select

from mapserver.access.http_digest import device_password
from mapserver.access.tables import TokenRow
from mapserver.cli.access import acting_for, acting_in, parts_of
from mapserver.cli.options import DataDir, ScopeOption, TownName
from mapserver.devices import service
from mapserver.devices.service import Binding, Device
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import NotFound
from telemetry.messages import Message
from telemetry.visibility import EVERYTHING

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
Name = Annotated[str, typer.Argument(help="The device's user name.")]
Sources = Annotated[list[str], typer.Argument(help="KIND:ID, or KIND:* for a gateway of its town.")]


@app.command("list")
def list_devices(
    data: DataDir = None, as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False
) -> None:
    """Every device, what it may speak for, and when it was heard last."""
    with parts_of(data) as parts, parts.store.read() as session:
        found = service.listed(session, EVERYTHING)
    if as_json:
        typer.echo(json.dumps([device.public() for device in found], indent=2))
        return
    for device in found:
        typer.echo(_line(device))
    if not found:
        typer.echo(Message("cli.no_devices").text())


def _line(device: Device) -> str:
    state = Message("cli.device_active")
    if not device.active:
        state = Message("cli.device_revoked")
    used = Message("cli.never_used")
    if device.last_used_at is not None:
        used = Message("cli.last_used", at=iso(device.last_used_at))
    town = Message("towns.both").text() if device.city is None else City(device.city).facts.name
    bound = Message("cli.speaks_for_nothing")
    if device.bindings:
        bound = Message("cli.speaks_for", sources=", ".join(map(str, device.bindings)))
    return f"{device.name}  {town}  {state.text()}  {used.text()}\n  {bound.text()}"


@app.command()
def add(
    name: Name,
    city: TownName,
    sources: Annotated[list[str] | None, typer.Argument(help="KIND:ID, or KIND:* for a gateway.")] = None,
    scope: ScopeOption = None,
    days: Annotated[float, typer.Option(help="How many days its token is good for; at most 366.")] = 366,
    data: DataDir = None,
) -> None:
    """Add a device and print its token, which is shown once."""
    bindings = [Binding.read(text) for text in dict.fromkeys(sources or [])]
    with parts_of(data) as parts, parts.store.write() as work:
        now = parts.clock.now()
        by = acting_in(scope or parts.settings.scope)
        device = service.add(work, name, City(city), bindings, by=by, now=now)
        token = parts.tokens.issue(work.session, device.name, label="device", now=now, lasts=timedelta(days=days))
    typer.echo(token)


@app.command()
def digest(name: Name, data: DataDir = None) -> None:
    """Print user and password for a device that knows HTTP Digest alone; they are good for as long as its token."""
    with parts_of(data) as parts, parts.store.read() as session:
        device = service.get(session, name, EVERYTHING)
        newest = select(TokenRow).where(TokenRow.user == device.name).order_by(col(TokenRow.expires_at).desc())
        token = session.exec(newest).first()
        if token is None:
            raise NotFound(Message("devices.no_token", name=name))
        typer.echo(f"{device.name} {device_password(parts.settings.key, token.digest)}")


@app.command()
def bind(name: Name, sources: Sources, data: DataDir = None) -> None:
    """Let a device speak for more sources."""
    with parts_of(data) as parts, parts.store.write() as work:
        by = acting_for(work.session, name)
        for text in sources:
            service.bind(work, name, Binding.read(text), by=by, now=parts.clock.now())
    typer.echo(Message("cli.device_speaks", name=name, sources=", ".join(sources)).text())


@app.command()
def revoke(
    name: Name,
    source: Annotated[list[str] | None, typer.Option(help="Only this source, KIND:ID; may be repeated.")] = None,
    data: DataDir = None,
) -> None:
    """Silence a device: its tokens end within a second. With --source, it may speak for that no more."""
    with parts_of(data) as parts, parts.store.write() as work:
        by = acting_for(work.session, name)
        for text in source or []:
            service.unbind(work, name, Binding.read(text), by=by, now=parts.clock.now())
        if not source:
            service.revoke(work, name, by=by, now=parts.clock.now())
    told = Message("cli.device_silenced", name=name)
    if source:
        told = Message("cli.device_speaks_no_more", name=name, sources=", ".join(source))
    typer.echo(told.text())
