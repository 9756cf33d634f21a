"""Which area a plan's pictures are to map, with which camera, and how often: out of its pattern and its wishes."""

from collections.abc import Mapping
from typing import Any

from mission.checks.inputs import MappedArea
from mission.formats.document import PlanFile
from mission.formats.qgc import surveys_of
from mission.ground import FlatTerrain, Terrain
from mission.plans.drafting import PlanDraft
from mission.routes.cameras import Camera, camera_named
from mission.routes.image_count import ENOUGH_IMAGES, count_images
from mission.routes.image_map import image_map
from mission.routes.pictures import pictures_of_legs
from mission.routes.route import height_base
from mission.routes.settings import settings_from
from mission.routes.survey import SurveyRequest
from mission.zones.geometry import read_area
from telemetry.messages import Message

MAPPING_PATTERN = "survey"


def mapped_area(
    pattern: str, geometry: object, wishes: Mapping[str, Any], cameras: Mapping[str, Camera] | None = None
) -> MappedArea | None:
    """The area of a survey; None for every other pattern, and for a survey that takes no pictures.

    `geometry` is GeoJSON; wishes left out are the defaults. Raises BadPlan or BadGeometry as the planner does.
    """
    if pattern != MAPPING_PATTERN:
        return None
    known = {name: value for name, value in wishes.items() if name in SurveyRequest.model_fields}
    request = settings_from(SurveyRequest, known, Message("routes.patterns.survey"))
    if request.without_camera:
        return None
    return MappedArea(
        area=read_area(geometry, Message("plans.the_area")),
        camera=camera_named(request.camera, None if cameras is None else dict(cameras)),
        wanted=request.images_per_point or ENOUGH_IMAGES,
        asked=request.images_per_point is not None,
    )


def mapped_by_file(plan: PlanFile, camera: Camera | None) -> MappedArea | None:
    """The area of the one survey in a QGroundControl plan, mapped with `camera` or else with the camera that it names.

    None where the file holds no survey or several, or nothing says what the camera sees.
    """
    surveys = surveys_of(plan)
    if len(surveys) != 1:
        return None
    found = surveys[0]
    known = camera or found.camera
    if known is None:
        return None
    return MappedArea(found.area, known)


def image_map_of(draft: PlanDraft, terrain: Terrain | None) -> dict[str, Any] | None:
    """How many pictures show each part of a draft's area, as `image_map` draws it; None where nothing is mapped.

    Raises BadInput where the terrain is not known.
    """
    trigger = draft.route.summary.trigger_m
    mapped = mapped_area(draft.pattern, draft.geometry, draft.wishes)
    if mapped is None or trigger is None:
        return None
    ground = terrain or FlatTerrain()
    place = height_base(draft.home, draft.route.points[0])
    pictures = pictures_of_legs(draft.route.legs, trigger, float(ground.heights_m(*place)))
    return image_map(count_images(mapped.area, pictures, mapped.camera, ground), mapped.wanted)
