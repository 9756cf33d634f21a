"""Changes of the live map in the language of whoever listens."""

from mapserver.map.spoken_changes import spoken
from telemetry.messages import Message, speaking

LANDED = Message("flights.landed_not_known")
REASON = Message("checks.overlap.no_other")


def test_words_beside_messages_are_made_anew_in_the_viewers_language() -> None:
    stored = {
        "id": "f1",
        "outcome": LANDED.text("en"),
        "outcome_message": LANDED.to_json(),
        "verdicts": {"reasons": [REASON.text("en")], "reason_messages": [REASON.to_json()]},
    }
    with speaking("lv"):
        told = spoken(stored)
    assert told["outcome"] == LANDED.text("lv") != LANDED.text("en")
    assert told["verdicts"]["reasons"] == [REASON.text("lv")]
    assert stored["outcome"] == LANDED.text("en")


def test_a_thing_that_has_not_ended_has_no_outcome() -> None:
    assert spoken({"outcome": None, "outcome_message": None}) == {"outcome": None, "outcome_message": None}
