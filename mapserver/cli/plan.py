"""`vanagas plan`: a route over an area, and a look into a plan file, without a server."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mission.formats import load
from mission.plans.files import plan_file
from mission.plans.items import items_to_json
from telemetry.errors import BadInput
from telemetry.positions import Position

app = typer.Typer(help="Plan a route over an area.", no_args_is_help=True)


@app.command()
def survey(
    area: Annotated[Path, typer.Argument(metavar="AREA.geojson", help="One polygon; holes are left out.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The plan; its ending says the format.")],
    camera: Annotated[str | None, typer.Option(help="A camera of the catalogue.")] = None,
    cameras: Annotated[Path | None, typer.Option(help="A TOML file with more cameras.")] = None,
    gsd: Annotated[float | None, typer.Option(help="Ground size of a pixel wanted, centimetres.")] = None,
    altitude: Annotated[float | None, typer.Option(help="Height above ground, metres; instead of --gsd.")] = None,
    spacing: Annotated[float | None, typer.Option(help="Metres between lines; else from the side overlap.")] = None,
    front_overlap: Annotated[float | None, typer.Option(help="Of pictures along a line, 0..0.95.")] = None,
    side_overlap: Annotated[float | None, typer.Option(help="Of neighbouring lines, 0..0.95.")] = None,
    speed: Annotated[float | None, typer.Option(help="Metres a second.")] = None,
    angle: Annotated[float | None, typer.Option(help="Of the lines, clockwise from north; else the quickest.")] = None,
    home: Annotated[str | None, typer.Option(metavar="LAT,LON", help="Where the drone starts and lands.")] = None,
) -> None:
    """Cover an area with parallel lines that stay inside it; prints the numbers as JSON."""
    summary = plan_file(
        area,
        out,
        camera=camera,
        cameras_path=cameras,
        gsd_cm=gsd,
        altitude_m=altitude,
        spacing_m=spacing,
        front_overlap=front_overlap,
        side_overlap=side_overlap,
        speed_m_s=speed,
        angle_deg=angle,
        home=None if home is None else place(home, "--home"),
    )
    typer.echo(json.dumps(summary))


@app.command()
def show(
    plan: Annotated[Path, typer.Argument(metavar="FILE", help="A plan file of any known format.")],
) -> None:
    """Print the mission items of a plan as JSON; a file that is no plan is refused with the place and the reason."""
    typer.echo(json.dumps(items_to_json(list(load(plan).items)), indent=1))


def place(text: str, option: str) -> Position:
    """A position from `LAT,LON`. Raises BadInput."""
    try:
        lat, lon = (float(part) for part in text.split(","))
        return Position(lat=lat, lon=lon)
    except ValueError as error:
        raise BadInput(
            f"{option} {text!r} is no place; write latitude,longitude in degrees, such as 56.62,23.28"
        ) from error
