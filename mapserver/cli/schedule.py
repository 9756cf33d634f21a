"""`vanagas schedule`: units and people onto zones and time windows, from a file, without a server."""

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from mission.schedule.request import ScheduleRequest, read_request
from mission.schedule.solver import SECONDS, solve
from mission.schedule.verify import violations
from telemetry.errors import BadInput, VanagasError
from telemetry.files import write_whole
from telemetry.messages import Message


def schedule(
    request: Annotated[Path | None, typer.Argument(metavar="REQUEST.json", help="See --schema.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The schedule (JSON); else it is printed.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="At most; few visits are proven sooner.")] = SECONDS,
    seed: Annotated[int, typer.Option(help="The same seed gives the same schedule, unless the time ends it.")] = 1,
    schema: Annotated[bool, typer.Option("--schema", help="Print the request's JSON schema and end.")] = False,
) -> None:
    """Put drones, towers, body cameras and their people onto zones and time windows; prints the numbers as JSON.

    Ctrl-C takes the best schedule so far; a second one leaves without writing anything.
    """
    if schema:
        typer.echo(json.dumps(ScheduleRequest.model_json_schema(), indent=1))
        return
    if request is None:
        raise BadInput(Message("cli.request_missing"))
    wanted = read_request(request)
    with interruptible() as cancelled, _bar() as progress:
        answer = solve(wanted, seconds=seconds, seed=seed, progress=progress, cancelled=cancelled)
    broken = list(violations(wanted, answer))
    if broken:
        raise VanagasError(Message("cli.schedule_broken", broken=broken[0]))
    if out is None:
        typer.echo(answer.model_dump_json(indent=1))
        return
    write_whole(out, answer.model_dump_json(indent=1) + "\n")
    summary = {**answer.numbers.model_dump(), "proven": answer.proven, "stopped": answer.stopped}
    missed = [{**u.model_dump(), "explanation": u.explanation.text()} for u in answer.unserved]
    left = {"unserved": missed, "without_visits": answer.without_visits}
    typer.echo(json.dumps({**summary, **left}))


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Ctrl-C is remembered rather than raised, the first time."""
    pressed: list[int] = []

    def remember(number: int, _frame: FrameType | None) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar() -> Iterator[Callable[[float, float], None]]:
    """A bar on standard error when that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task("scheduling", total=1.0)
        yield lambda used, cost: shown.update(task, completed=used, description=f"{cost:,.0f} weighted minutes")
