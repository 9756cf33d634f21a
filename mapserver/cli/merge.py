"""`vanagas merge`: observations from a file into incidents and open questions, without a server."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from incidents.grouping import Grouping, PersonDecision, explain, group_observations, read_decision
from incidents.grouping.clocks import ClockOffset, read_clock
from incidents.merging import Events, default_rules, events_of
from incidents.merging.categories import Rules, load_rules
from mapserver.cli.listed_towns import know_towns
from mapserver.cli.options import DataDir
from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.observations import read_jsonl

POSITION = re.compile(r'\s*\{\s*"kind"\s*:\s*"position"')
"""How a line begins that holds a position, not an observation."""


def merge(
    source: Annotated[Path, typer.Argument(metavar="OBSERVATIONS.jsonl", help="One observation a line.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where incidents and questions go (JSON).")],
    categories: Annotated[Path | None, typer.Option(help="A town's own categories.toml.")] = None,
    answers: Annotated[Path | None, typer.Option(help="What people answered, one answer a line (JSON).")] = None,
    explained: Annotated[
        str | None, typer.Option("--explain", metavar="OBSERVATION", help="Say why this observation is where it is.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Write only the list of incidents.")] = False,
    data: DataDir = None,
) -> None:
    """Merge observations into incidents, in whatever order they stand in the file."""
    know_towns(data)
    rules = default_rules() if categories is None else load_rules(categories)
    told, positions = _read_events(source)
    said = _Answers([], {}) if answers is None else _read_answers(answers)
    grouping = _group(told, rules, said)
    if plain:
        content: Any = [one.incident.public() for one in grouping.incidents]
    else:
        before = grouping
        if said.decisions or said.clocks:
            before = _group(told, rules, _Answers([], {}))
        content = _whole(grouping, before)
    write_whole(out, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    if explained is not None:
        _say_why(grouping, explained)
    typer.echo(
        Message(
            "cli.merged_asking",
            observations=len(told.events),
            incidents=len(grouping.incidents),
            questions=len(grouping.questions),
            passing=len(grouping.routine),
            added=told.added,
            repeated=told.repeated,
        ).text(),
        err=True,
    )
    if positions:
        typer.echo(Message("cli.positions_passed_over", count=positions).text(), err=True)


class _Answers(NamedTuple):
    decisions: list[PersonDecision]
    clocks: dict[str, ClockOffset]
    """Offsets of clocks that were taken over, by kind and id of the source."""


def _group(told: Events, rules: Rules, said: _Answers) -> Grouping:
    now = SystemClock().now()
    return group_observations(told.events, now=now, rules=rules, decisions=said.decisions, taken_over=said.clocks)


def _whole(grouping: Grouping, before: Grouping) -> dict[str, Any]:
    """Incidents, questions, and what people's answers moved from where it was `before` them."""
    was = before.incident_of()
    moved = [
        {"observation": observation, "from": was.get(observation), "to": incident}
        for observation, incident in sorted(grouping.incident_of().items())
        if was.get(observation) != incident
    ]
    return {
        "incidents": [one.public() for one in grouping.incidents],
        "questions": [one.public() for one in grouping.questions],
        "moved": moved,
    }


def _say_why(grouping: Grouping, observation_id: str) -> None:
    told = explain(grouping, observation_id)
    if not told:
        raise BadInput(Message("grouping.not_known", id=observation_id))
    for message in told:
        typer.echo(message.text())


def _read_events(source: Path) -> tuple[Events, int]:
    """What the observations of a file tell, and how many of its lines are positions, which `merge` passes over."""
    positions = 0

    def without_positions(lines: Iterable[str]) -> Iterator[str]:
        nonlocal positions
        for line in lines:
            is_position = POSITION.match(line) is not None
            positions += is_position
            yield "" if is_position else line

    try:
        with source.open(encoding="utf-8-sig") as lines:
            return events_of(read_jsonl(without_positions(lines), name=str(source))), positions
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=source, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadInput(Message("files.no_utf8_text", name=source, byte=error.start)) from error


def _read_answers(path: Path) -> _Answers:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadInput(Message("files.no_utf8_text", name=path, byte=error.start)) from error
    found = _Answers([], {})
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"{path} line {number}"
            try:
                said = json.loads(line)
            except ValueError as error:
                raise BadInput(Message("files.line_no_json", name=path, line=number, reason=str(error))) from error
            clock = read_clock(said)
            if clock is None:
                found.decisions.append(read_decision(said, where))
            else:
                found.clocks[clock[0]] = clock[1]
    return found
