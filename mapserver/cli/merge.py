"""`vanagas merge`: observations from a file into incidents, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer

from incidents.merging import default_rules
from incidents.merging import merge as merge_observations
from incidents.merging.categories import load_rules
from telemetry.clock import SystemClock
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.observations import read_jsonl


def merge(
    source: Annotated[Path, typer.Argument(metavar="OBSERVATIONS.jsonl", help="One observation a line.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Where the list of incidents goes (JSON).")],
    categories: Annotated[Path | None, typer.Option(help="A town's own categories.toml.")] = None,
) -> None:
    """Merge observations into incidents, in whatever order they stand in the file."""
    rules = default_rules() if categories is None else load_rules(categories)
    try:
        with source.open(encoding="utf-8-sig") as lines:
            merged = merge_observations(read_jsonl(lines, name=str(source)), now=SystemClock().now(), rules=rules)
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=source, reason=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{source} is not UTF-8 text: {error}") from error
    write_whole(out, json.dumps([i.public() for i in merged.incidents], ensure_ascii=False, indent=1) + "\n")
    total = sum(len(i.observation_ids) for i in merged.incidents) + len(merged.routine)
    typer.echo(
        Message(
            "cli.merged",
            observations=total,
            incidents=len(merged.incidents),
            passing=len(merged.routine),
            added=merged.added,
            repeated=merged.repeated,
        ).text(),
        err=True,
    )
