"""What the cameras have of an incident: video that could show it, whom it could show driving away, and what is missing.

Reads the indexes of recordings, no video. Whoever asks may see the incident; whether they may see footage is for the
caller to ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from incidents.camera_views.outages import CameraOutage, outages_between
from incidents.camera_views.sightings import CameraSight, PlacedCamera, WayOut, sight_of, ways_out
from incidents.camera_views.views import views_at
from incidents.grouping.habits import IncidentHabits
from incidents.timeline.tables import IncidentRow
from telemetry.messages import Message
from telemetry.positions import Position
from telemetry.visibility import Visibility
from vision.recording.playback import LONGEST
from vision.recording.spans import Gap, RecordedSpan, gaps, spans

BEFORE = timedelta(seconds=30)
AFTER = timedelta(seconds=30)
"""The minute round the first that was heard of it."""
VEHICLE_MPS = 10.0
"""Kinds of incidents that move so fast are a vehicle's."""
LEFT_AT_ONCE = frozenset({"traffic_accident"})
"""Kinds that stay where they are, but that somebody may drive away from."""


@dataclass(frozen=True)
class OfferedFootage:
    """Recorded video that may show something of an incident."""

    camera: PlacedCamera
    away_m: float
    begins: datetime
    """UTC, as `ends`."""
    ends: datetime
    missing: Sequence[Gap]
    """What of that time was not recorded."""


@dataclass(frozen=True)
class BlindCamera:
    """A camera that looked at the place and of which there is no video."""

    sight: CameraSight
    outage: CameraOutage | None
    """Why, where it is known."""


@dataclass(frozen=True)
class IncidentFootage:
    """What the cameras have of one incident."""

    begins: datetime | None
    """The minute that was looked for, UTC; None where the place is not known."""
    ends: datetime | None
    offered: Sequence[OfferedFootage] = ()
    """Of cameras that could have seen the place, the nearest first."""
    blind: Sequence[BlindCamera] = ()
    nearest: CameraSight | None = None
    """Where no camera could have seen the place, the one that stood nearest."""
    leaving: Sequence[OfferedFootage] = ()
    """Of plate readers on the ways out, the earliest first."""


def footage_of(session: Session, recordings: Path, row: IncidentRow, habits: IncidentHabits) -> IncidentFootage:
    """What the cameras of its town have of an incident."""
    if row.lat is None or row.lon is None:
        return IncidentFootage(None, None)
    place = Position(lat=row.lat, lon=row.lon, accuracy_m=row.accuracy_m or Position.model_fields["accuracy_m"].default)
    visible = Visibility.of(row)
    begins = row.first_at - BEFORE
    ends = row.first_at + AFTER
    views = views_at(session, visible, row.first_at)
    sights = sorted((sight_of(view, place) for view in views), key=lambda one: (one.away_m, one.camera.id))
    looking = [one for one in sights if one.sight.could_see]
    offered = []
    unseen = []
    for one in looking:
        found = _recorded(recordings, visible, one.camera, one.away_m, begins, ends)
        if found is None:
            unseen.append(one)
        else:
            offered.append(found)
    nearest = None
    if not looking:
        nearest = next(iter(sights), None)
    leaving = []
    if is_of_a_vehicle(row, habits):
        readers = [view for view in views if view.reads_plates and not sight_of(view, place).sight.could_see]
        leaving = _leaving(recordings, visible, ways_out(readers, place, row.first_at))
    blind = _blind(session, visible, unseen, begins, ends)
    return IncidentFootage(begins, ends, offered, blind, nearest, leaving)


def is_of_a_vehicle(row: IncidentRow, habits: IncidentHabits) -> bool:
    """Whether somebody may have driven away from it."""
    moves = habits.habit(row.category).moves_mps >= VEHICLE_MPS
    return moves or row.category in LEFT_AT_ONCE


def what_nobody_saw(footage: IncidentFootage) -> list[Message]:
    """What the cameras cannot tell of the incident, a sentence each."""
    if footage.begins is None:
        return [Message("camera_views.place_unknown")]
    said = [_why_blind(one, footage) for one in footage.blind]
    for one in footage.offered:
        for gap in one.missing:
            said.append(Message("camera_views.gap", camera=one.camera.name, begins=gap.begins, ends=gap.ends))
    if footage.nearest is not None:
        near = footage.nearest
        said.insert(
            0,
            Message("camera_views.nobody_looks", camera=near.camera.name, away_m=round(near.away_m), view=near.sight),
        )
    elif not footage.offered and not footage.blind:
        said.insert(0, Message("camera_views.no_camera"))
    return said


def _why_blind(one: BlindCamera, footage: IncidentFootage) -> Message:
    name = one.sight.camera.name
    if one.outage is None:
        return Message("camera_views.not_recorded", camera=name, begins=footage.begins, ends=footage.ends)
    if one.outage.ends is None:
        return Message("camera_views.down_since", camera=name, begins=one.outage.begins)
    return Message("camera_views.was_down", camera=name, begins=one.outage.begins, ends=one.outage.ends)


def _recorded(
    recordings: Path, visible: Visibility, camera: PlacedCamera, away_m: float, begins: datetime, ends: datetime
) -> OfferedFootage | None:
    there: list[RecordedSpan] = spans(recordings, camera.id, visible, begins, ends)
    if not there:
        return None
    return OfferedFootage(camera, away_m, begins, ends, gaps(there, begins, ends))


def _leaving(recordings: Path, visible: Visibility, ways: Sequence[WayOut]) -> list[OfferedFootage]:
    """What was recorded on the ways out, at most LONGEST of each."""
    found = []
    for way in ways:
        ends = min(way.ends, way.begins + LONGEST)
        recorded = _recorded(recordings, visible, way.camera, way.away_m, way.begins, ends)
        if recorded is not None:
            found.append(recorded)
    return found


def _blind(
    session: Session, visible: Visibility, unseen: Sequence[CameraSight], begins: datetime, ends: datetime
) -> list[BlindCamera]:
    if not unseen:
        return []
    named = {one.camera.id for one in unseen}
    outages = {one.camera_id: one for one in outages_between(session, visible, named, begins, ends)}
    return [BlindCamera(one, outages.get(one.camera.id)) for one in unseen]
