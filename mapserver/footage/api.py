"""What the cameras have of an incident, and what is not known of it."""

from typing import Any

from incidents.camera_views.service import footage_of
from incidents.grouping.habits import default_habits
from incidents.settling import questions
from incidents.timeline import repository
from incidents.unknowns.service import not_known
from mapserver.footage.flow import public
from mapserver.footage.schemas import IncidentFootageAnswer, NotKnownAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Parts, Reader
from mapserver.web.permissions import MaySeeFootage, MaySeeIncidents
from telemetry.access import visibility

router = ApiRouter("footage", "/incidents")


@router.get("/{incident_id}/footage", response_model=IncidentFootageAnswer)
def offered(incident_id: str, caller: MaySeeFootage, parts: Parts, session: Reader) -> dict[str, Any]:
    """The recorded video of cameras that could have seen it, and of the plate readers on the ways out where it is about
    a vehicle. Walls and trees are not known: such a camera could have seen it."""
    row = repository.get(session, incident_id, visibility(caller))
    return public(footage_of(session, parts.recordings, row, default_habits()), row.id)


@router.get("/{incident_id}/not-known", response_model=NotKnownAnswer)
def unknown(incident_id: str, caller: MaySeeIncidents, parts: Parts, session: Reader) -> dict[str, Any]:
    """What is not known about it: open questions, cameras that did not see it and why, sources whose clocks are off."""
    row = repository.get(session, incident_id, visibility(caller))
    found = footage_of(session, parts.recordings, row, default_habits())
    asked = questions.open_ones(session, visibility(caller), incident_id=row.id)
    return {
        "sentences": [said.to_answer() for said in not_known(session, row, found)],
        "questions": [question.id for question in asked],
    }
