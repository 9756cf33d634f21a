"""`vanagas log`: any flight or camera log as one telemetry table, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from telemetry.logs.files import load_log, save_log, time_of

UNKNOWN = "time unknown"


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
    typer.echo(
        json.dumps(
            {
                "format": table.format,
                "rows": len(table),
                "intact": table.intact,
                "lost": table.lost,
                "first": time_of(table, 0) or UNKNOWN,
                "last": time_of(table, -1) or UNKNOWN,
                "seconds": round(int(table.time_us[-1] - table.time_us[0]) / 1e6, 3),
                "notes": list(table.notes),
            }
        )
    )
