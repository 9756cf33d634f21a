"""`vanagas intake`: messages of cameras that nobody knows yet, which wait in quarantine."""

import json
from typing import Annotated

import typer

from mapserver.cli.access import acting_in, parts_of
from mapserver.cli.options import DataDir, ScopeOption
from mapserver.intake import quarantine as service
from mapserver.intake.flow import replay as replay_quarantined
from telemetry.access import visibility
from telemetry.audit import service as audit
from telemetry.messages import Message, current_language
from telemetry.messages.catalogue import show

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.command("list")
def list_quarantined(
    scope: ScopeOption = None,
    data: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The messages that wait, oldest first; what they hold is not shown."""
    with parts_of(data) as parts, parts.store.read() as session:
        visible = visibility(acting_in(scope or parts.settings.scope))
        waiting = service.listed(session, visible, limit=service.MOST_MESSAGES)
    if as_json:
        typer.echo(json.dumps(waiting, indent=2))
        return
    for one in waiting:
        size = show(one["bytes"], "bytes", current_language())
        typer.echo(f"{one['id']}  {one['received_at']}  {one['format']}  {size}  {one['reason']}")
    typer.echo(Message("cli.messages_wait", count=len(waiting)).text())


@app.command()
def replay(scope: ScopeOption = None, data: DataDir = None) -> None:
    """Take in what waits, as far as its cameras have been added meanwhile."""
    with parts_of(data) as parts, parts.store.write() as work:
        by = acting_in(scope or parts.settings.scope)
        results = replay_quarantined(parts, work, by.scope)
        taken = sum(result["taken"] for result in results)
        detail = Message("audit.messages_taken_in", taken=taken, waited=len(results))
        audit.record(work.session, by, "replay", "quarantine", city=None, at=parts.clock.now(), detail=detail)
    for result in results:
        if not result["taken"]:
            typer.echo(Message("cli.still_waits", id=result["id"], reason=result["reason"]).text())
    typer.echo(Message("cli.taken_in", taken=taken, waiting=len(results) - taken).text())
