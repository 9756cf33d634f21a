"""How a camera is set up: its rules, its masks, and where its picture lies on the ground; each change a new version."""

from typing import Annotated, Any

from fastapi import Depends, Query, Response
from sqlmodel import Session

from mapserver.camera_setups.flow import calibration_of, masks_of, rules_in_force, set_up, stand_of
from mapserver.camera_setups.schemas import (
    GroundAnswer,
    GroundTrial,
    MasksAnswer,
    MasksBody,
    RulesAnswer,
    RulesBody,
    SetupVersion,
)
from mapserver.camera_setups.video_source import Sight, sight_for
from mapserver.web.api_routes import ApiRouter
from mapserver.web.contract import refuses, takes
from mapserver.web.dependencies import Parts, Reader, Writer
from mapserver.web.listing import Listing, ListingRequest
from mapserver.web.permissions import MaySetUpCameras
from mapserver.web.raw_body import read_json
from telemetry.audit import service as audit
from telemetry.errors import BadInput, Conflict
from telemetry.messages import Message
from telemetry.observations import SourceKind
from telemetry.positions import Position, distance_m
from telemetry.units.tables import UnitRow
from vision.ground.calibration import ClickedGround, MeasuredPose, lay_on_ground, parse_calibration, sample
from vision.ground.looking import WITHIN_95
from vision.models.catalogue import find_model, read_catalogue
from vision.privacy.masks import parse_masks
from vision.rules import check_classes, parse_rules, rules_schema
from vision.setups import service
from vision.setups.tables import SetupPart

router = ApiRouter("setups", "/cameras")
After = Annotated[int | None, Query(ge=0)]
"""The version that the change was made from, 0 for none; without, it is made whatever is there."""
Body = Annotated[Any, Depends(read_json)]


@router.get("/{camera_id}/still", response_class=Response, responses={204: {"description": "No picture yet."}})
def still(camera_id: str, caller: MaySetUpCameras, parts: Parts, work: Writer) -> Response:
    """The newest analysed picture, heads pixelated and privacy masks burnt in; 204 while there is none.

    The look is in the audit trail before the picture leaves.
    """
    seen = sight_for(work.session, camera_id, caller)
    watched = parts.jobs.watched().get(camera_id)
    picture = None
    if watched is not None:
        picture = watched.still()
    if picture is None:
        return Response(status_code=204)
    audit.record(work.session, caller, "view", f"still of {camera_id}", city=seen.city, at=parts.clock.now())
    return Response(picture.data, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


@router.get("/{camera_id}/rules", response_model=RulesAnswer)
def rules(camera_id: str, caller: MaySetUpCameras, parts: Parts, session: Reader, listing: Listing) -> dict[str, Any]:
    """The rules it goes by, where they come from, the versions that were drawn, and what each kind of rule takes."""
    sight_for(session, camera_id, caller)
    found, source = rules_in_force(session, parts.settings, camera_id)
    return {
        "rule": [rule.model_dump(mode="json") for rule in found],
        "from": source,
        **_versions(session, camera_id, SetupPart.RULES, listing),
        "kinds": rules_schema(),
        "classes": list(find_model(parts.settings.model, read_catalogue(parts.settings.models_file)).classes),
    }


@router.put("/{camera_id}/rules", response_model=SetupVersion)
@refuses(Conflict)
@takes(RulesBody)
def draw_rules(
    camera_id: str, body: Body, caller: MaySetUpCameras, parts: Parts, work: Writer, after: After = None
) -> dict[str, Any]:
    """Have it go by these rules, in the form of a rules file; the running stream takes them up at once."""
    found = parse_rules(body, where="the rules")
    check_classes(found, find_model(parts.settings.model, read_catalogue(parts.settings.models_file)).classes)
    content = {"rule": [rule.model_dump(mode="json") for rule in found]}
    return set_up(parts, work, caller, camera_id, SetupPart.RULES, content, after)


@router.delete("/{camera_id}/rules", response_model=SetupVersion)
@refuses(Conflict)
def drop_rules(
    camera_id: str, caller: MaySetUpCameras, parts: Parts, work: Writer, after: After = None
) -> dict[str, Any]:
    """Have it go by the settings' file again, or by what is usual."""
    return set_up(parts, work, caller, camera_id, SetupPart.RULES, None, after)


@router.get("/{camera_id}/masks", response_model=MasksAnswer)
def masks(camera_id: str, caller: MaySetUpCameras, session: Reader, listing: Listing) -> dict[str, Any]:
    """Its privacy masks and ignored areas, and the versions that were drawn."""
    sight_for(session, camera_id, caller)
    found = [mask.model_dump(mode="json") for mask in masks_of(session, camera_id)]
    return {"mask": found, **_versions(session, camera_id, SetupPart.MASKS, listing)}


@router.put("/{camera_id}/masks", response_model=SetupVersion)
@refuses(Conflict)
@takes(MasksBody)
def draw_masks(
    camera_id: str, body: Body, caller: MaySetUpCameras, parts: Parts, work: Writer, after: After = None
) -> dict[str, Any]:
    """Put these masks in place of those before, {"mask": [...]}; an empty list for none."""
    content = {"mask": [mask.model_dump(mode="json") for mask in parse_masks(body)]}
    return set_up(parts, work, caller, camera_id, SetupPart.MASKS, content, after)


@router.get("/{camera_id}/ground", response_model=GroundAnswer)
def ground(camera_id: str, caller: MaySetUpCameras, session: Reader, listing: Listing) -> dict[str, Any]:
    """How its picture lies on the ground, null where nobody laid it, and the versions."""
    sight_for(session, camera_id, caller)
    how = calibration_of(session, camera_id)
    return {
        "ground": None if how is None else how.model_dump(mode="json"),
        **_versions(session, camera_id, SetupPart.GROUND, listing),
    }


@router.put("/{camera_id}/ground", response_model=SetupVersion)
@refuses(Conflict)
@takes(ClickedGround | MeasuredPose)
def lay(
    camera_id: str, body: Body, caller: MaySetUpCameras, parts: Parts, work: Writer, after: After = None
) -> dict[str, Any]:
    """Lay it on the ground by clicked points or a measured pose; what it finds is placed there from now on."""
    how = parse_calibration(body)
    _refuse_worn(sight_for(work.session, camera_id, caller))
    unit = work.session.get(UnitRow, camera_id)
    if unit is None or isinstance(how, ClickedGround):  # a unit's height and heading may come when it is deployed
        lay_on_ground(how, stand_of(work.session, camera_id))
    return set_up(parts, work, caller, camera_id, SetupPart.GROUND, how.model_dump(mode="json"), after)


@router.delete("/{camera_id}/ground", response_model=SetupVersion)
@refuses(Conflict)
def lift(camera_id: str, caller: MaySetUpCameras, parts: Parts, work: Writer, after: After = None) -> dict[str, Any]:
    """Place what it finds in the middle of its view again."""
    return set_up(parts, work, caller, camera_id, SetupPart.GROUND, None, after)


@router.post("/{camera_id}/ground/trial", response_model=GroundTrial)
@takes(ClickedGround | MeasuredPose)
def try_ground(camera_id: str, body: Body, caller: MaySetUpCameras, session: Reader) -> dict[str, Any]:
    """How well the picture would lie: residuals, horizon, and where a few of its points would be. Keeps nothing."""
    _refuse_worn(sight_for(session, camera_id, caller))
    how = parse_calibration(body)
    laid = lay_on_ground(how, stand_of(session, camera_id))
    return {
        "misfit_m": laid.misfit_m,
        "residuals_m": [
            None if (there := laid.place(at.x, at.y)) is None else distance_m(there, Position(lat=at.lat, lon=at.lon))
            for at in (how.points if isinstance(how, ClickedGround) else ())
        ],
        "horizon": laid.horizon,
        "samples": [{"x": one.x, "y": one.y, **_ellipse_95(one.position)} for one in sample(laid)],
    }


def _refuse_worn(seen: Sight) -> None:
    """Raises BadInput for a camera that turns with who wears it."""
    if seen.kind is SourceKind.BODY_CAMERA:
        raise BadInput(Message("cameras.worn", name=seen.name))


def _versions(session: Session, camera_id: str, part: SetupPart, listing: ListingRequest) -> dict[str, Any]:
    """The number of the version in force, and a page of the history with the length of the whole one."""
    rows = service.history(session, camera_id, part, limit=listing.limit, cursor=listing.cursor)
    listing.describe(rows)
    return {
        "version": service.versions(session, camera_id).get(part, 0),
        "history": [service.public(row) for row in rows],
        "history_total": rows.total,
    }


def _ellipse_95(position: Position) -> dict[str, Any]:
    """A place with the ellipse that holds 95 % of its errors."""
    told = {
        "lat": position.lat,
        "lon": position.lon,
        "accuracy_m": position.accuracy_m,
        "major_m": None,
        "minor_m": None,
        "azimuth_deg": None,
    }
    if position.ellipse is not None:
        told["major_m"] = position.ellipse.major_m * WITHIN_95
        told["minor_m"] = position.ellipse.minor_m * WITHIN_95
        told["azimuth_deg"] = position.ellipse.azimuth_deg
    return told
