"""`vanagas referral`: which services are responsible, and incidents that are handed over to them."""

from pathlib import Path
from typing import Annotated

import typer

from incidents.referrals import service
from incidents.referrals.reading import load_services
from incidents.referrals.values import ServiceList
from incidents.timeline import repository
from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.options import DataDir, ScopeOption, moment
from mapserver.cli.people import AsJson, print_rows
from mapserver.referrals.flow import ReferralWish, hand_over, withdraw
from mapserver.referrals.shown import public, public_service
from telemetry.access import visibility
from telemetry.cities import known_towns
from telemetry.errors import Misconfigured
from telemetry.messages import Message

app = typer.Typer(help="Incidents that are handed over to services.", no_args_is_help=True, add_completion=False)

FIELDS = ("id", "city", "title", "service", "state", "due_at", "incident_id")
SERVICE_FIELDS = ("name", "title", "categories", "channel", "address", "due_h")
DUE = typer.Option("--due", metavar="TIME", help="Such as 2026-06-01T22:00Z; else within the service's own time.")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of services, as `services_file` names one.")],
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Read a file of services and show what was understood; says what is wrong with one that cannot be used."""
    services = load_services(file)
    with parts_of(data) as parts:
        served = {str(city) for city in known_towns()}
        known = parts.rules.by_name
    for one in services.values():
        unknown = [name for name in one.categories if name not in known]
        if unknown:
            raise Misconfigured(Message("town_files.unknown_categories", file=file, table=one.name, categories=unknown))
        elsewhere = sorted(one.towns - served)
        if elsewhere:
            raise Misconfigured(Message("town_files.unknown_towns", file=file, table=one.name, towns=elsewhere))
    _print_services(services, as_json=as_json)


@app.command()
def services(data: DataDir = None, as_json: AsJson = False) -> None:
    """The services that the server hands over to."""
    with parts_of(data) as parts:
        _print_services(parts.town_files.services, as_json=as_json)


@app.command("list")
def list_referrals(
    data: DataDir = None,
    scope: ScopeOption = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    as_json: AsJson = False,
) -> None:
    """What is expected of services, the soonest due first."""
    with parts_of(data) as parts, parts.store.read() as session:
        visible = visibility(acting_in(scope or parts.settings.scope))
        rows = service.overdue(session, visible, parts.clock.now()) if overdue else service.open_ones(session, visible)
        found = [public(parts, session, row) for row in rows]
    print_rows(found, FIELDS, as_json=as_json)


@app.command()
def add(
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="The incident's number.")],
    to: Annotated[str | None, typer.Option("--service", help="Its name; else the first that is responsible.")] = None,
    note: Annotated[str, typer.Option(help="For the service; no names of residents.")] = "",
    due: Annotated[str | None, DUE] = None,
    data: DataDir = None,
    scope: ScopeOption = None,
) -> None:
    """Hand an incident over. The running server sends it; prints the address of the status page."""
    with parts_of(data) as parts:
        by = acting_in(scope or parts.settings.scope)
        wish = ReferralWish(to, note, moment(due, "--due") if due else None)
        with parts.store.write() as work:
            row = repository.get(work.session, incident, visibility(by))
            made = public(parts, work.session, hand_over(parts, work, row, wish, by))
    typer.echo(Message("cli.handed_over", referral=made["id"], service=made["service_title"]).text())
    typer.echo(made["status_link"])


@app.command("withdraw")
def take_back(
    referral: Annotated[str, typer.Argument(help="Its id in `vanagas referral list`.")],
    reason: Annotated[str, typer.Option(help="Why the service need not do it.")],
    data: DataDir = None,
    scope: ScopeOption = None,
) -> None:
    """Take it back; the service is told, if it was told of the incident."""
    with parts_of(data) as parts, parts.store.write() as work:
        withdraw(parts, work, referral, reason, acting_in(scope or parts.settings.scope))
    typer.echo(Message("cli.referral_withdrawn", referral=referral).text())


def _print_services(found: ServiceList, *, as_json: bool) -> None:
    rows = [public_service(one) for one in found.values()]
    if not as_json:
        rows = [{**row, "categories": ", ".join(row["categories"])} for row in rows]
    print_rows(rows, SERVICE_FIELDS, as_json=as_json)
