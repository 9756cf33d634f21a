"""`vanagas convert`: one plan file into another, and what the other cannot hold, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mapserver.cli.options import AutopilotOption
from mission.formats import DEFAULT_HEIGHT_M, dump, load
from mission.formats.files import format_of
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.transfer.refusals import REFUSALS

KNOWN = ".plan .waypoints .kmz (DJI) .kml .gpx .geojson"


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help=f"A plan: {KNOWN}.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The same plan in the format of this ending.")],
    height: Annotated[float, typer.Option(help="Metres above home for points without a height.")] = DEFAULT_HEIGHT_M,
    drone: Annotated[str | None, typer.Option(help="DJI aircraft of a .kmz: m3e, m3t, m30t, m350 …")] = None,
    autopilot: AutopilotOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was read and lost as JSON.")] = False,
) -> None:
    """Write a plan in another format; what that cannot hold is told in sentences on standard error.

    So is each item that the autopilot refuses, where one is named; the file is written all the same.
    """
    format_of(out.name)
    if _same_file(source, out):
        raise BadInput(Message("cli.same_file", file=out))
    plan = load(source, height_m=height)
    written = dump(plan, out.suffix, aircraft=drone)
    write_whole(out, written.content)
    refused = [] if autopilot is None else [one.text() for one in REFUSALS[autopilot].refused(plan.items)]
    notes = [note.text() for note in plan.notes]
    lost = [one.text() for one in written.lost]
    if as_json:
        told = {"in": str(source), "out": str(out), "items": len(plan.items), "notes": notes, "lost": lost}
        told["refused"] = refused
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{source.name} → {out.name}: {len(plan.items)} items", err=True)
    for sentence in notes:
        typer.echo(f"note: {sentence}", err=True)
    for sentence in lost:
        typer.echo(Message("cli.lost", sentence=sentence).text(), err=True)
    for sentence in refused:
        typer.echo(f"refused: {sentence}", err=True)


def _same_file(source: Path, out: Path) -> bool:
    try:
        return source.samefile(out)
    except (OSError, ValueError):
        return False
