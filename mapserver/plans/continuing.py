"""The story of a flight that was broken off: what is left of its plan becomes a plan of its own. Flies nothing."""

from dataclasses import replace
from typing import Any

import numpy as np
from sqlmodel import Session

from mapserver.core.services import Services
from mapserver.plans.flow import checked, drone_type
from mission.continuation.remaining import remaining
from mission.continuation.stops import FlownTrack, stop_of_track
from mission.debrief import service as debriefs
from mission.flights import repository as flights
from mission.flights.tables import FlightRow
from mission.plans import service as plans
from mission.plans.imported import imported
from mission.plans.names import name_of_rest
from mission.plans.tables import PlanRow
from mission.zones.tables import ZoneRow
from telemetry.access import Principal, visibility
from telemetry.audit import service as audit
from telemetry.cities import City
from telemetry.errors import Conflict
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.store import Work
from telemetry.units.tables import UnitRow

BY_DISTANCE = "distance"
"""Pictures that a debrief reckoned, since the vehicle told of none."""


def continue_flight(parts: Services, work: Work, by: Principal, flight_id: str) -> PlanRow:
    """Keep what is left of a flight's plan, from its last picture on, as a new plan over the same zone.

    Raises NotFound; Conflict when the flight is not over, or nothing of it is on record; BadPlan when nothing, or all,
    of it is left.
    """
    session = work.session
    now = parts.clock.now()
    flight = flights.get(session, flight_id, visibility(by))
    before = session.get_one(PlanRow, flight.plan_id)
    unit = session.get_one(UnitRow, flight.unit_id)
    file = plans.as_file(before)
    track = _track(session, parts, flight)
    left = remaining(file, stop_of_track(file, track, flight.progress_current))
    home = None if before.home is None else Position(**before.home)
    made, _ = imported(left, home=home, airframe=drone_type(session, unit).airframe)
    summary = replace(made.route.summary, trigger_m=before.summary.get("trigger_m"))
    draft = replace(made, wishes=_camera(before), route=replace(made.route, summary=summary))
    zone = session.get_one(ZoneRow, before.zone_id)
    name = name_of_rest(before.name, City(before.city))
    plan = plans.keep(work, zone, draft, at=now, by=by.name, name=name, unit_id=unit.id, previous=before, copy=True)
    detail = Message("audit.continued", name=plan.name, note=left.notes[0], flight=flight.name)
    audit.record(session, by, "plan", f"plan {plan.id}", city=City(plan.city), at=now, detail=detail)
    return plan


def checks_of(parts: Services, session: Session, by: Principal, plan: PlanRow) -> dict[str, Any]:
    """The verdicts on a plan that is flown now: `verdicts`, and `unfit` where its drone cannot fly it at all."""
    return checked(parts, session, by, [plan], str(plan.unit_id), parts.clock.now())


def _track(session: Session, parts: Services, flight: FlightRow) -> FlownTrack:
    """The track until it turned for home, and the pictures that the vehicle told of."""
    flown = debriefs.gather(session, flight, parts.standards)
    rows = flown.track.seconds < (np.inf if flown.returning_s is None else flown.returning_s)
    if np.count_nonzero(rows) < 2:
        raise Conflict(Message("plans.no_track", flight=flight.name))
    found = debriefs.latest(session, flight.id) or {"photos_from": BY_DISTANCE}
    pictures = None
    if found.get("photos_from", BY_DISTANCE) != BY_DISTANCE:
        pictures = np.array([[lat, lon] for lon, lat, *_ in found["photo_places"]]).reshape(-1, 2)
    return FlownTrack(flown.track.lat[rows], flown.track.lon[rows], pictures)


def _camera(before: PlanRow) -> dict[str, Any]:
    """What the debrief of the rest has to know of the plan it was a part of."""
    camera = before.request.get("camera")
    if camera is None:
        return {}
    return {"camera": camera}
