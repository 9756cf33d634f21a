"""Observations as programs and pages are shown them: with words in the language of the request. Stores nothing."""

from typing import Any

from telemetry.messages import as_message
from telemetry.observations.values import Observation

SPOKEN = {"why": "why_message", "warning": "warning_message", "placed": "placed_message"}
"""Attributes in English words, each with the one that holds the same as code and parameters."""


def public(observation: Observation) -> dict[str, Any]:
    """JSON-ready: `summary` in the language of the request, `message` with its code, parameters and text."""
    answer = observation.model_dump(mode="json")
    if observation.message is not None:
        answer["summary"] = observation.message.text()
        answer["message"] = observation.message.to_answer()
    attributes = answer["attributes"]
    for words, message in SPOKEN.items():
        kept = attributes.get(message)
        if words in attributes and isinstance(kept, dict) and isinstance(kept.get("code"), str):
            attributes[words] = as_message(kept).text()
    return answer
