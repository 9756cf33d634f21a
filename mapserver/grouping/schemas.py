"""What the API answers of questions and decisions about incidents."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Json, KeptMessage, Utc
from telemetry.messages import Message

_FIGHT = Message("categories.fight")
_ASKED = Message(
    "grouping.one_or_two",
    title=_FIGHT,
    other=_FIGHT,
    apart_m=62.0,
    gap=Message("merging.span.minutes", number=9),
    words=3,
    others=2,
)
_DECIDED = Message("timeline.decided_split", count=1)


class QuestionAnswer(Answer):
    """A question that is open: whether two incidents are one."""

    EXAMPLE: ClassVar[Json] = {
        "id": "a21bca68-c25e-45f7-9aa5-1826f68d2ae9/97ee9d40-beed-4a84-9ec0-04da5973d7de",
        "city": "dobele",
        "a": "e2610370-abdd-5438-8a50-4024cf402117",
        "b": "ac304fbf-53a3-5340-aed8-8382c77a0074",
        "observations": ["a21bca68-c25e-45f7-9aa5-1826f68d2ae9", "97ee9d40-beed-4a84-9ec0-04da5973d7de"],
        "odds": 1.72,
        "text": _ASKED.text("en"),
        "message": _ASKED.to_json(),
        "asked_at": "2026-11-30T21:43:05Z",
    }

    id: str
    city: str
    a: str
    """The id of one incident; `b` is that of the other."""
    b: str
    observations: list[str]
    """One of each, which an answer binds."""
    odds: float
    """Natural logarithm of the odds for one incident."""
    text: str
    """In the language of the request."""
    message: KeptMessage
    asked_at: Utc


class DecisionAnswer(Answer):
    """What somebody decided about an incident and did not take back."""

    EXAMPLE: ClassVar[Json] = {
        "id": "5b0c6f0e-3b86-4b38-9d9c-0a3c5f1f2f11",
        "incidents": ["e2610370-abdd-5438-8a50-4024cf402117", "ac304fbf-53a3-5340-aed8-8382c77a0074"],
        "who": "coordinator.dobele",
        "at": "2026-11-30T21:44:00Z",
        **_DECIDED.to_answer("en"),
    }

    id: str
    incidents: list[str]
    """The one that it was done to, and the other, if there was one."""
    who: str
    at: Utc
    code: str
    params: Json
    text: str
    """In the language of the request."""
