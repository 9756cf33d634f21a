"""What can be done with a debrief: make, read, remark. One verb a function; the caller's unit of work commits.

`gather` and `making.debrief` may take seconds, so they are done outside a unit of work: see `make`.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from shapely.geometry import Polygon
from sqlmodel import Session, col, select

from mission.debrief.analysis import DebriefInputs, DebriefResult, Recorded, debrief
from mission.debrief.tables import FlightRemarkRow
from mission.flights import repository as flight_repository
from mission.flights import service as flights
from mission.flights.check_inputs import Standards
from mission.flights.states import IN_THE_AIR, FlightState
from mission.flights.supervisor import tlog_of
from mission.flights.tables import DebriefRow, FlightEventRow, FlightRow, TrackPointRow
from mission.ground import FlatTerrain
from mission.plans.tables import PlanRow
from mission.registry import service as registry
from mission.routes.cameras import camera_named
from mission.routes.drones import DEFAULT_DRONE, drone_named
from mission.zones import service as zones
from mission.zones.tables import ZoneRow
from telemetry.cities import City
from telemetry.clock import iso
from telemetry.errors import BadInput, Conflict
from telemetry.logs.photos import Photos, photos_in
from telemetry.logs.tlog import load_tlog
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.visibility import Visibility

FLOWN = frozenset({FlightState.LANDED, FlightState.DEBRIEFED, FlightState.ABORTED})
LONGEST_REMARK = 1000


def make(
    store: Store,
    flight_id: str,
    visible: Visibility,
    standards: Standards,
    *,
    by: str,
    now: datetime,
    tlogs: Path | None = None,
) -> None:
    """Debrief a flight that is over and keep what was found; one that landed is `debriefed` from then on.

    `tlogs` is the folder of the telemetry logs, which tell of the pictures; None when none are kept.
    Raises NotFound; Conflict when it is not over, or nothing is on record of it; BadInput off the terrain.
    """
    with store.read() as session:
        flight = flight_repository.get(session, flight_id, visible)
        flown = gather(session, flight, standards)
    if tlogs is not None and flight.started_at is not None:
        flown = replace(flown, photos=_photos(tlog_of(tlogs, flight_id), flight.started_at))
    found = debrief(flown)
    with store.write() as work:
        flight = flight_repository.get(work.session, flight_id, visible)
        debriefed = latest(work.session, flight_id) is not None
        work.session.add(
            DebriefRow(
                flight_id=flight.id,
                unit_id=flight.unit_id,
                at=now,
                made_by=by,
                energy_ratio=found.battery.ratio,
                found=found.as_json(),
            )
        )
        why = _note(found, is_again=debriefed)
        if FlightState(flight.state) is FlightState.LANDED:
            flights.move_to(work, flight, FlightState.DEBRIEFED, who=by, why=why, at=now)
        else:
            flights.note(work, flight, who=by, why=why, at=now)


def _note(found: DebriefResult, *, is_again: bool) -> Message:
    if found.coverage is None:
        return Message("debriefs.again" if is_again else "debriefs.done")
    code = "debriefs.again_covered" if is_again else "debriefs.done_covered"
    return Message(code, covered=found.coverage.fraction)


def aborted_with_track(session: Session, *, before: datetime) -> list[FlightRow]:
    """The flights that were aborted in the air or lost, have a track and no debrief, and are still since
    `before` (UTC)."""
    flown = select(TrackPointRow.flight_id).where(TrackPointRow.flight_id == FlightRow.id)
    made = select(DebriefRow.flight_id).where(DebriefRow.flight_id == FlightRow.id)
    query = select(FlightRow).where(
        FlightRow.state == FlightState.ABORTED,
        col(FlightRow.started_at).is_not(None),
        FlightRow.updated_at <= before,
        flown.exists(),
        ~made.exists(),
    )
    return list(session.exec(query.order_by(col(FlightRow.started_at))))


def gather(session: Session, flight: FlightRow, standards: Standards) -> DebriefInputs:
    """What the database knows of a flight that is over. Raises Conflict for one that is not, or never flew."""
    if FlightState(flight.state) not in FLOWN or flight.started_at is None:
        raise Conflict(Message("debriefs.not_over", flight=flight.name, state=flight.state))
    plan = session.get_one(PlanRow, flight.plan_id)
    city = City(flight.city)
    papers = registry.papers_for(
        session, city=flight.city, scope=flight.scope, pilot=flight.pilot, unit_id=flight.unit_id
    )
    kind = DEFAULT_DRONE
    if papers.drone is not None and papers.drone.airframe:
        kind = papers.drone.airframe
    drone = drone_named(kind)
    rows = list(
        session.exec(
            select(TrackPointRow)
            .where(TrackPointRow.flight_id == flight.id)
            .order_by(col(TrackPointRow.at), col(TrackPointRow.id))
        )
    )
    states = session.exec(
        select(FlightEventRow.at, FlightEventRow.state)
        .where(FlightEventRow.flight_id == flight.id)
        .order_by(col(FlightEventRow.id))
    )
    home: datetime | None = None
    for at, state in states:  # a flight that turned for home may have gone on with its mission
        if state == FlightState.RETURNING:
            home = home or at
        elif FlightState(state) in IN_THE_AIR:
            home = None
    return DebriefInputs(
        track=_recorded(rows),
        route=plan.route,
        area=_area(session, plan),
        camera=camera_named(plan.request.get("camera") or drone.cameras[0]),
        airframe=drone.airframe,
        terrain=standards.terrains.get(city) or FlatTerrain(),
        returning_s=(home - rows[0].at).total_seconds() if home is not None and rows else None,
    )


def latest(session: Session, flight_id: str) -> dict[str, Any] | None:
    """The newest debrief of a flight, with when and by whom it was made; None before the first."""
    query = select(DebriefRow).where(DebriefRow.flight_id == flight_id).order_by(col(DebriefRow.id).desc())
    row = session.exec(query).first()
    if row is None:
        return None
    return {"at": iso(row.at), "made_by": row.made_by, **row.found}


def remark(session: Session, flight: FlightRow, text: str, *, by: str, at: datetime) -> None:
    """Write into the log-book. Raises Conflict for who did not fly it, BadInput for no or too many words."""
    if by != flight.pilot:
        raise Conflict(Message("debriefs.not_yours", flight=flight.name, pilot=flight.pilot))
    words = text.strip()
    if not words or len(words) > LONGEST_REMARK:
        raise BadInput(Message("debriefs.remark_length", most=LONGEST_REMARK, characters=len(words)))
    session.add(FlightRemarkRow(flight_id=flight.id, at=at, who=by, text=words))


def remarks(session: Session, flight_id: str) -> list[dict[str, Any]]:
    """What was remarked on a flight, oldest first."""
    query = select(FlightRemarkRow).where(FlightRemarkRow.flight_id == flight_id).order_by(col(FlightRemarkRow.id))
    return [{"at": iso(row.at), "who": row.who, "text": row.text} for row in session.exec(query)]


def _photos(tlog: Path, since: datetime) -> Photos | None:
    try:
        return photos_in(load_tlog(tlog), since=since)
    except BadInput:  # none was kept, or nothing of it can be read: pictures are counted by distance then
        return None


def _area(session: Session, plan: PlanRow) -> Polygon | None:
    """The area as it was planned over; for a plan over a line or a point, its zone as it is."""
    if plan.geometry.get("type") == "Polygon":
        rings = plan.geometry["coordinates"]
        return Polygon(rings[0], rings[1:])
    return zones.area_of(session.get_one(ZoneRow, plan.zone_id))


def _recorded(rows: list[TrackPointRow]) -> Recorded:
    return Recorded(
        seconds=np.array([(row.at - rows[0].at).total_seconds() for row in rows]),
        lat=np.array([row.lat for row in rows]),
        lon=np.array([row.lon for row in rows]),
        height_m=np.array([row.relative_alt_m for row in rows]),
        heading_deg=np.array([np.nan if row.heading_deg is None else row.heading_deg for row in rows]),
        speed_m_s=np.array([row.speed_m_s for row in rows]),
        battery=[row.battery for row in rows],
    )
