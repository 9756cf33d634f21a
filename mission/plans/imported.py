"""A plan out of a file: its items as they came, with the route they fly and its numbers. Plans nothing anew."""

import math
from itertools import groupby

from mission.checks.profile import profile_of
from mission.checks.segments import AirPoint, Profile, Segment, SegmentKind
from mission.formats import PlanFile
from mission.plans.drafting import FROM_FILE, PlanDraft
from mission.plans.stored_patterns import kept_patterns
from mission.routes.route import Leg, LegKind, Route, Summary, Waypoint
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.vehicles import Airframe

ON_THE_WAY = (SegmentKind.TRANSIT, SegmentKind.RETURN)
RETURN_HEIGHT_M = 30.0
"""Above home; what a file does not say and the drone decides."""


def imported(file: PlanFile, *, home: Position | None, airframe: Airframe) -> tuple[PlanDraft, list[Message]]:
    """The draft of a plan file, and sentences on what is not as in the file.

    A file that names no home is flown from `home`, or else from below its first point.
    Raises BadPlan for a file that flies nowhere.
    """
    start = file.home or home
    flown = profile_of(
        file.items,
        home=start,
        airframe=airframe,
        terrain=None,
        return_height_m=RETURN_HEIGHT_M,
        speed_m_s=file.speed_m_s,
    )
    notes = [*flown.unclear, *flown.assumed]
    at = Position(lat=flown.home.lat, lon=flown.home.lon)
    wishes = kept_patterns(file)
    made = PlanDraft(FROM_FILE, {}, wishes, at, _route(flown, airframe), tuple(file.items), file.fence, file.rally)
    return made, notes


def _route(flown: Profile, airframe: Airframe) -> Route:
    pieces = [s for s in flown.segments if s.kind not in (SegmentKind.TAKE_OFF, SegmentKind.LANDING)]
    legs = []
    for (kind, camera), same in groupby(pieces, key=lambda s: (_kind(s), s.camera)):
        run = list(same)
        corners = [run[0].begins, *(piece.ends for piece in run)]
        hold = 0.0
        if kind is LegKind.HOLD:
            hold = sum(piece.end_s - piece.start_s for piece in run)
        legs.append(Leg(kind, tuple(_waypoint(place, flown) for place in corners), camera, hold_s=hold))
    height = max(point.height_m for leg in legs for point in leg.points)
    joules = sum(_joules(piece, airframe) for piece in flown.segments)
    return Route(
        tuple(legs),
        Summary(
            length_m=sum(math.hypot(piece.length_m, piece.ends.amsl_m - piece.begins.amsl_m) for piece in pieces),
            duration_s=flown.duration_s,
            photos=flown.photos,
            covered_fraction=None,
            outside_m=None,
            transit_m=sum(piece.length_m for piece in pieces if piece.kind in ON_THE_WAY),
            max_height_agl_m=height,
            energy_fraction=joules / 3600 / airframe.battery_wh,
            speed_m_s=max(piece.speed_m_s for piece in pieces),
        ),
    )


def _kind(piece: Segment) -> LegKind:
    if piece.kind in ON_THE_WAY:
        return LegKind.TRANSIT
    if piece.kind is SegmentKind.HOLD:
        return LegKind.HOLD
    if piece.camera:
        return LegKind.TRANSECT
    return LegKind.PATROL


def _waypoint(place: AirPoint, flown: Profile) -> Waypoint:
    return Waypoint(place.lat, place.lon, round(place.amsl_m - flown.home.amsl_m, 2))


def _joules(piece: Segment, airframe: Airframe) -> float:
    seconds = piece.end_s - piece.start_s
    if seconds <= 0:
        return 0.0
    return seconds * airframe.power_w(piece.length_m / seconds, (piece.ends.amsl_m - piece.begins.amsl_m) / seconds)
