"""`vanagas clocks`: offsets of devices' clocks that were learned, and what is decided about them."""

from typing import Annotated

import typer

from incidents.learned_clocks import service
from incidents.timeline.incident_index import Town
from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.options import DataDir, ScopeOption
from mapserver.cli.people import AsJson, print_rows
from mapserver.clocks.flow import ClockDecision, decide
from telemetry.access import visibility
from telemetry.cities import known_towns
from telemetry.messages import Message

app = typer.Typer(help="Offsets of devices' clocks that were learned.", no_args_is_help=True, add_completion=False)
FIELDS = ("id", "city", "device", "ahead_s", "state", "words", "incidents", "changed")
ClockId = Annotated[str, typer.Argument(metavar="ID", help="Its id in `vanagas clocks list`.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@app.command("list")
def list_clocks(data: DataDir = None, scope: ScopeOption = None, as_json: AsJson = False) -> None:
    """What is proposed, what holds, what was over lately, with how many incidents it changes."""
    with parts_of(data) as parts, parts.store.read() as session:
        visible = visibility(acting_in(scope or parts.settings.scope))
        rows = [service.public(row) for row in service.listed(session, visible, parts.clock.now())]
    found = [{**row, "device": f"{row['source']['kind']} {row['source']['id']}"} for row in rows]
    print_rows(found, FIELDS, as_json=as_json)


@app.command("learn")
def learn_now(data: DataDir = None, scope: ScopeOption = None) -> None:
    """Look at the last 30 days now, as the server does once a day, and propose what they show."""
    with parts_of(data) as parts:
        for city in known_towns():
            town = Town(city, scope or parts.settings.scope)
            service.look(parts.store, town, parts.rules, parts.clock.now())
    list_clocks(data, scope)


@app.command("take-over")
def take_over(clock: ClockId, reason: Reason, data: DataDir = None, scope: ScopeOption = None) -> None:
    """Read every time of the device with it; the running server settles anew what it said in the last 30 days."""
    _decide(clock, ClockDecision.TAKE_OVER, reason, data, scope)


@app.command("decline")
def decline(clock: ClockId, reason: Reason, data: DataDir = None, scope: ScopeOption = None) -> None:
    """Do not take it over; it is not proposed again."""
    _decide(clock, ClockDecision.DECLINE, reason, data, scope)


@app.command("end")
def end(clock: ClockId, reason: Reason, data: DataDir = None, scope: ScopeOption = None) -> None:
    """It holds no longer, as when the clock was put right."""
    _decide(clock, ClockDecision.END, reason, data, scope)


def _decide(clock: str, decision: ClockDecision, reason: str, data: DataDir, scope: ScopeOption) -> None:
    with parts_of(data) as parts, parts.store.write() as work:
        row = decide(parts, work, clock, decision, acting_in(scope or parts.settings.scope), reason=reason)
        told = Message("clocks.decided", device=row.device, state=row.state)
    typer.echo(told.text())
