"""What is not known about an incident, a sentence each, from what is stored: its page begins with it.

Open questions have their own cards there and are not told here.
"""

from sqlmodel import Session

from incidents.camera_views.service import IncidentFootage, what_nobody_saw
from incidents.timeline.tables import IncidentRow
from incidents.unknowns.clocks import DoubtfulClock, doubtful_clocks
from telemetry.messages import Message
from telemetry.observations import repository as observations

MOST_READ = 200
"""So many of its first observations are asked for their clocks."""


def not_known(session: Session, row: IncidentRow, footage: IncidentFootage) -> list[Message]:
    """What cameras could not see, and whose clocks are off."""
    seen = observations.get_many(session, row.observation_ids[:MOST_READ])
    clocks = [_clock(one) for one in doubtful_clocks(session, row.id, seen)]
    return [*what_nobody_saw(footage), *clocks]


def _clock(one: DoubtfulClock) -> Message:
    said = {"source": one.source_id, "off_s": abs(one.ahead_s)}
    match one.ahead_s > 0, one.corrected:
        case True, True:
            return Message("unknowns.clock_ahead_corrected", **said)
        case True, False:
            return Message("unknowns.clock_ahead", **said)
        case False, True:
            return Message("unknowns.clock_behind_corrected", **said)
        case _:
            return Message("unknowns.clock_behind", **said)
