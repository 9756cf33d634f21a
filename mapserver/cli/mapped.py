"""The options of `vanagas check` that say what the pictures are to map, and the map of how often they show it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from mission.checks.images import image_count_of
from mission.checks.inputs import Inputs, MappedArea
from mission.formats.document import PlanFile
from mission.plans.mapped import mapped_by_file
from mission.routes.cameras import camera_named, catalogue
from mission.routes.image_map import image_map
from mission.zones.areas import load_shape
from mission.zones.areas.picking import KNOWN
from mission.zones.geometry import read_area
from telemetry.errors import BadInput
from telemetry.files import write_whole
from telemetry.messages import Message

AreaPath = Annotated[
    Path | None,
    typer.Option("--area", metavar="FILE", help=f"What is to be mapped ({KNOWN}); else the survey in a .plan."),
]
CameraName = Annotated[
    str | None, typer.Option("--camera", help="Camera that maps it, by its name in the catalogue; else the drone's.")
]
CamerasPath = Annotated[Path | None, typer.Option("--cameras", help="A TOML file with more cameras.")]
ImagesWanted = Annotated[
    int | None, typer.Option("--images", min=1, max=1000, help="Pictures that are to show every point of the area.")
]
ImagesMap = Annotated[
    Path | None, typer.Option("--images-map", metavar="FILE", help="Write how many show each part of it, as GeoJSON.")
]


def mapped_given(
    plan: PlanFile, area: Path | None, camera: str | None, cameras: Path | None, images: int | None, *, of_drone: str
) -> MappedArea | None:
    """What the flight is to map, from the words of the options; `of_drone` is the camera of the drone.

    None where no area is named and the plan holds no survey. Raises BadInput.
    """
    named = None if camera is None else camera_named(camera, catalogue(cameras))
    if area is None:
        found = mapped_by_file(plan, named)
        if found is None and (camera is not None or images is not None):
            raise BadInput(Message("cli.area_for_camera"))
    else:
        found = MappedArea(read_area(load_shape(area, None), area.name), named or camera_named(of_drone))
    if found is None or images is None:
        return found
    return MappedArea(found.area, found.camera, images, asked=True)


def write_images_map(path: Path, inputs: Inputs) -> None:
    """Write the map of images per point. Raises BadInput where nothing is mapped."""
    if inputs.mapped is None:
        raise BadInput(Message("cli.area_for_map"))
    found = image_map(image_count_of(inputs, inputs.mapped), inputs.mapped.wanted)
    write_whole(path, json.dumps(found, allow_nan=False) + "\n")
