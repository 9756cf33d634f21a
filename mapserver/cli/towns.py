"""`vanagas towns`: invented towns with known truth, and how well a grouping of their observations agrees with it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from incidents.scoring import read_grouping, read_truth, score_grouping
from incidents.synthetic import TownKind, write_town
from telemetry.messages import Message

app = typer.Typer(help="Invented towns with known truth, to try merging on.", no_args_is_help=True)


@app.command()
def generate(
    seed: Annotated[int, typer.Argument(help="The same number gives the same town.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder of the files; it is made.")],
    kind: Annotated[TownKind, typer.Option(help="How much happens in the two days.")] = TownKind.CALM,
) -> None:
    """Invent two days of both towns: obs.jsonl in order of arrival, truth.jsonl, pairs.json."""
    count = write_town(seed, kind, out)
    typer.echo(Message("cli.town_written", count=count, folder=out).text(), err=True)


@app.command()
def score(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="An invented town.")],
    grouping: Annotated[Path, typer.Argument(metavar="OUT.json", help="What `vanagas merge` made of its obs.jsonl.")],
) -> None:
    """Print as JSON how well a grouping agrees with the truth; reads both forms of `vanagas merge`."""
    figures = score_grouping(read_grouping(grouping), read_truth(folder))
    typer.echo(json.dumps(figures.public(), indent=1))
