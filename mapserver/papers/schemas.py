"""What the API answers of the register of operators, pilots and drones."""

from mapserver.web.schemas import Answer, Utc
from mission.registry.tables import HolderKind
from mission.registry.values import DronePapers, Operator, Pilot


class RegisterEntryAnswer(Answer):
    """What is in force of one operator, pilot or drone."""

    id: int
    city: str
    kind: HolderKind
    holder: str
    papers: Operator | Pilot | DronePapers
    entered_at: Utc
    entered_by: str
    simulated: bool
