"""`vanagas log`: any flight or camera log as one telemetry table, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from telemetry.clock import from_epoch, iso
from telemetry.logs.files import load_log, save_log


def log(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help=".tlog, .ulg, .bin, DJI .srt, MISB KLV in .ts, GoPro .mp4 …")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="The table: .parquet, .jsonl, .geojson or .gpx.")],
) -> None:
    """Read a log, damaged or not, write its table, and print what was read and what was lost as JSON."""
    with Console(stderr=True).status(f"Reading {source.name} …"):
        table = load_log(source)
        save_log(table, out)
    ends = [iso(from_epoch(int(table.time_us[n]) / 1e6)) for n in (0, -1)]
    typer.echo(
        json.dumps(
            {
                "format": table.format,
                "rows": len(table),
                "intact": table.intact,
                "lost": table.lost,
                "first": ends[0] if table.utc else ends[0].removesuffix("Z"),
                "last": ends[1] if table.utc else ends[1].removesuffix("Z"),
                "notes": list(table.notes),
            }
        )
    )
