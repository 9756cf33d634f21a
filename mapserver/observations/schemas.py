"""What the API answers to observations that are handed in."""

from typing import ClassVar

from incidents.timeline.acceptance import Outcome
from mapserver.web.schemas import Answer, Json


class ReceiptAnswer(Answer):
    """The receipt of one observation: it, its incident and its timeline entry are on disk."""

    EXAMPLE: ClassVar[Json] = {
        "observation_id": "35f7e1ef-f2ed-5b59-8a38-4b3c1f0f6c02",
        "outcome": "accepted",
        "incident_id": "ebf464b0-d54b-5780-9a3e-0f5c5d1c7a11",
    }

    observation_id: str
    outcome: Outcome
    incident_id: str | None
    """The incident that it joined or opened; null for what belongs to none."""
    warning: str | None = None
    """Only where its source gives one name to several events."""
