"""`vanagas doctor`: is everything here that the program needs?"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mapserver.cli.options import DataDir
from mapserver.core.settings import Settings, load
from mapserver.faults import Amiss, Inspection, Sound
from mapserver.faults.workers import worker_inspections
from mapserver.inspections.clock import ClockInspection, hosts_with_a_clock
from mapserver.inspections.files import file_inspections, ground_inspections
from mapserver.inspections.machine import disk_inspections
from mapserver.inspections.outside import outside_inspections
from mapserver.inspections.program import installed_inspections, program_inspections
from telemetry.clock import SystemClock
from telemetry.errors import Misconfigured
from telemetry.mavlink.keyring import Keyring
from telemetry.messages import Message

AT_ONCE = 8
"""Parts looked at at the same time: most of them wait for another machine."""


def doctor(
    data: DataDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Try every part that the program needs, name all that is amiss with what to do; exit 1 when something is."""
    inspections = list(_inspections(data))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda inspection: (inspection, inspection.look()), inspections))
    amiss = [one for _, one in found if isinstance(one, Amiss)]
    if as_json:
        typer.echo(json.dumps({"sound": not amiss, "parts": [_as_json(*one) for one in found]}, indent=2))
    else:
        _print(found)
    if amiss:
        raise typer.Exit(1)


def _inspections(data: DataDir) -> Iterator[Inspection]:
    yield from installed_inspections()
    try:
        settings = load(data)
        keyring = Keyring(settings.signing_keys)
    except Misconfigured as error:
        refused = Amiss(Message("faults.settings_refused"), error.told)
        yield Inspection("settings", lambda: refused)
        return
    yield Inspection("settings", lambda: Sound(Message("faults.settings_sound", folder=settings.data_dir)))
    yield from program_inspections(settings)
    yield from file_inspections(settings, keyring)
    yield from ground_inspections(settings)
    yield from disk_inspections(settings)
    yield _clock(settings)
    yield from worker_inspections(settings.data_dir, SystemClock().now)
    yield from outside_inspections(settings)


def _clock(settings: Settings) -> Inspection:
    return Inspection("clock", ClockInspection(hosts_with_a_clock(settings), now=SystemClock().now).look)


def _as_json(inspection: Inspection, found: Sound | Amiss) -> dict[str, Any]:
    if isinstance(found, Amiss):
        return {"part": inspection.part, "state": "amiss", "what": found.what.text(), "remedy": found.remedy.text()}
    state = "sound"
    if found.doubt:
        state = "not known"
    return {"part": inspection.part, "state": state, "what": found.words.text()}


def _print(found: list[tuple[Inspection, Sound | Amiss]]) -> None:
    table = Table("Part", "State", title="vanagas doctor")
    for inspection, one in found:
        part = escape(inspection.part)
        if isinstance(one, Amiss):
            table.add_row(part, f"[red]✗[/red] {escape(one.what.text())}")
        elif one.doubt:
            table.add_row(part, f"[yellow]?[/yellow] {escape(one.words.text())}")
        else:
            table.add_row(part, f"[green]✓[/green] {escape(one.words.text())}")
    console = Console()
    console.print(table)
    for inspection, one in found:
        if isinstance(one, Amiss):
            console.print(f"[bold]{escape(inspection.part)}[/bold]: {escape(one.remedy.text())}", soft_wrap=True)
