"""What the API answers of links between incidents."""

from incidents.links.service import LinkRelation
from mapserver.incidents.schemas import IncidentHeadline
from mapserver.web.schemas import Answer, Utc


class IncidentLinkAnswer(Answer):
    """What an incident has to do with another one, as a person said."""

    id: str
    relation: LinkRelation
    """Seen from the incident that was asked for: `caused_by` the other one, or it `caused` that."""
    incident: IncidentHeadline
    """The other one."""
    reason: str
    who: str
    at: Utc
