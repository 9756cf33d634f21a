"""`vanagas airspace`: zones put in force for a town, a look into a zone file, and one written in the other format."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from mapserver.cli.access import acting_in, opened
from mapserver.cli.options import DataDir, ScopeOption, TownName, moment_given
from mapserver.demo import synthetic_airspace
from mission.airspace import service
from mission.airspace.data_set import doubts
from mission.airspace.evaluate import Airspace
from mission.airspace.files import ZoneFile, load_zones, write_zones
from mission.airspace.words import active, heights, times
from mission.airspace.zones import ZoneFormat
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.files import write_whole
from telemetry.messages import Message

app = typer.Typer(help="UAS geographical zones: ED-269 and ED-318.", no_args_is_help=True, add_completion=False)
ZoneFileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Zones in ED-269 or ED-318.")]
KeepUnclear = Annotated[
    bool, typer.Option("--keep-unclear", help="Keep unclear zones at their worst instead of refusing the file.")
]


class WrittenFormat(StrEnum):
    """A format to write, as it is typed."""

    ED269 = "ed269"
    ED318 = "ed318"


@app.command("import")
def take(
    file: ZoneFileArgument,
    city: TownName,
    name: Annotated[str, typer.Option(help="What the set is called; it takes the place of one of the same name.")] = (
        service.DEFAULT_NAME
    ),
    keep_unclear: KeepUnclear = False,
    scope: ScopeOption = None,
    data: DataDir = None,
) -> None:
    """Put the zones of a file in force for a town. A file with an unclear zone is refused whole and names each."""
    parts = opened(data)
    town = City(city)
    read = load_zones(file, languages=service.languages_of(town), keep_unclear=keep_unclear)
    deflated = service.deflate(file.read_bytes())
    now = parts.clock.now()
    with parts.store.write() as work:
        who = acting_in(scope or parts.settings.scope)
        row = service.take(
            work,
            read,
            deflated,
            city=town,
            scope=who.scope,
            file_name=file.name,
            at=now,
            by=who.name,
            name=name,
            keep_unclear=keep_unclear,
        )
        detail = Message("audit.zones_of_file", count=row.zones, file=file.name, sha256=row.sha256[:12])
        audit.record(work.session, who, "import", f"airspace {row.name}", city=town, at=now, detail=detail)
    for remark in read.remarks:
        typer.echo(remark.text(), err=True)
    typer.echo(
        Message("cli.zones_in_force", zones=row.zones, file=file.name, name=row.name, town=town.facts.name).text()
    )


@app.command()
def show(
    file: ZoneFileArgument,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="The moment for `now`, ISO 8601; else now.")] = None,
    keep_unclear: KeepUnclear = False,
) -> None:
    """Say in plain words what a file holds: restrictions, heights, times, and what applies now."""
    now = datetime.now(UTC)
    when = moment_given(at, "--at", otherwise=now)
    read = load_zones(file, keep_unclear=keep_unclear)
    console = Console(width=None if Console().is_terminal else 160, highlight=False)
    console.print(f"{read.title or file.name}: {len(read.zones)} zones, {read.format.value}", markup=False)
    console.print(_table(read, when))
    for remark in read.remarks:
        console.print(f"note: {remark.text()}", markup=False)
    for doubt in doubts([read.data_set(file.name, now)], when, when, now=now):
        console.print(f"doubt: {doubt.message}", markup=False)


@app.command()
def convert(
    file: ZoneFileArgument,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    to: Annotated[WrittenFormat, typer.Option(help="Its format.")],
) -> None:
    """Write the zones of a file in ED-269 or ED-318, and say what that format cannot hold."""
    kind = ZoneFormat.ED318
    if to is WrittenFormat.ED269:
        kind = ZoneFormat.ED269
    losses = write_zones(out, load_zones(file), kind)
    for sentence in losses:
        typer.echo(Message("cli.lost", sentence=sentence).text(), err=True)


@app.command("synthetic")
def invented(
    city: TownName,
    out: Annotated[Path, typer.Option("-o", "--out", help="The ED-269 file to write.")],
) -> None:
    """Write the invented zones of the demo as an ED-269 file, to try things with; no real flight may stand on it."""
    write_whole(out, synthetic_airspace.content(City(city)).decode())


def _table(read: ZoneFile, at: datetime) -> Table:
    table = Table("zone", "asks", "heights", "applies", f"at {at:%Y-%m-%d %H:%M} UTC")
    airspace = Airspace(read.zones)
    for number, zone in enumerate(read.zones):
        now, changes = active(zone, airspace.place_of(number), at)
        until = "" if changes is None else f" until {changes:%a %d %b %H:%M}"
        table.add_row(
            f"{zone.identifier}\n{zone.name}",
            zone.restriction.value,
            "\n".join(heights(volume) for volume in zone.volumes),
            times(zone, at),
            f"{'applies' if now else 'does not apply'}{until}",
        )
    return table
