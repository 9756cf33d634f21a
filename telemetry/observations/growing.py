"""What becomes of an observation that is said again under its name: it grows, says nothing new, or is another one.

Pure. Growing is a join (least upper bound), so the order in which an event's messages arrive changes nothing but the
order inside lists. Knows no vendor's format and stores nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from telemetry.messages import Message
from telemetry.observations.contradictions import BEGAN_S, LAST_S, contradiction, is_number, last_beginning_s
from telemetry.observations.values import LARGEST_DETAIL, Media, Observation
from telemetry.positions import Position

WORDINGS = "wordings"
"""Attribute: everything that the event was called, with the best score of each, once there is more than one."""
MOST_WORDINGS = 20
ZONES = "zones"
PHASE = "phase"
PLATE_FORGOTTEN = "plate_forgotten"
"""Attribute, true: the plate was kept for as long as it may be; it is not taken on again."""
WARNING = "warning"
"""Attribute: what is wrong with its source, in a sentence of ours."""
WARNING_MESSAGE = "warning_message"
"""Attribute: the same as a message's code and parameters."""
_PHASES = {"new": 1, "update": 2, "lost": 3, "end": 3}
_PLATE = ("identity", "plate", "plate_score", "watch")
"""Attributes that are about one reading of one plate, and are taken together."""
_QUIET = frozenset({PHASE, ZONES, WORDINGS, BEGAN_S, LAST_S, "why_message", "placed_message", WARNING_MESSAGE, *_PLATE})
"""Attributes that are not named one by one when they are new."""


@dataclass(frozen=True)
class Grown:
    """The second message adds to the first."""

    observation: Observation
    """Both together, under the first one's id and arrival."""
    added: tuple[Message, ...]
    """What was added, in words for the timeline; empty when only measured details have changed."""


@dataclass(frozen=True)
class Contradiction:
    """The second message cannot be about the same event."""

    why: Message
    """What follows after "its source used the same name before: "."""


@dataclass(frozen=True)
class Same:
    """The second message says nothing that is not known."""

    word_for_word: bool
    """False when it says it less surely than it is known."""


def grow(old: Observation, new: Observation) -> Grown | Contradiction | Same:
    """What `new`, said under the name of `old`, does to it: better pin, all zones, best label, plate and end.

    Commutative up to the order of lists, idempotent, and never less than `old`.
    """
    why = contradiction(old, new)
    if why is not None:
        return Contradiction(why)
    grown = _joined(old, new)
    if _content(grown) == _content(old):
        return Same(_content(new.model_copy(update=_ours(old, new))) == _content(old))
    if _size(grown.attributes) > LARGEST_DETAIL:
        return Contradiction(Message("observations.contradiction.too_large", limit=LARGEST_DETAIL))
    return Grown(grown, tuple(_added(old, grown)))


def _joined(old: Observation, new: Observation) -> Observation:
    best = max(old, new, key=_wording_order)
    attributes, scores = _joined_attributes(old, new)
    wordings = _joined_wordings(old, new)
    if len(wordings) > 1:
        attributes[WORDINGS] = wordings
    started_at = min(old.started_at, new.started_at)
    last_s = max(last_beginning_s(old), last_beginning_s(new))
    if last_s > started_at.timestamp():
        attributes[LAST_S] = last_s
    ends = [seen.ended_at for seen in (old, new) if seen.ended_at is not None]
    return old.model_copy(
        update={
            "category": best.category,
            "summary": best.summary,
            "message": best.message,
            "started_at": started_at,
            "ended_at": max(ends, default=None),
            "position": _better_pin(old.position, new.position),
            "footprint": _better_footprint(old.footprint, new.footprint),
            "confidence": max(old.confidence, new.confidence),
            "attributes": attributes,
            "scores": scores,
            "media": _joined_media(old.media, new.media),
        }
    )


def _wording_order(seen: Observation) -> tuple[float, str]:
    """Category and wording belong together; the surer message names them."""
    return seen.confidence, _canonical([seen.category, seen.summary])


def _joined_attributes(old: Observation, new: Observation) -> tuple[dict[str, Any], dict[str, float]]:
    """Each detail from whoever was surer of it, with the scores of those that are less sure than the whole."""
    confidence = max(old.confidence, new.confidence)
    attributes: dict[str, Any] = {}
    scores: dict[str, float] = {}

    def keep(key: str, value: Any, score: float) -> None:
        attributes[key] = value
        if score < confidence:
            scores[key] = score

    forgotten = PLATE_FORGOTTEN in old.attributes or PLATE_FORGOTTEN in new.attributes
    for key in dict.fromkeys([*old.attributes, *new.attributes]):
        if key in (*_PLATE, WORDINGS, LAST_S):
            continue
        said = [(_score(seen, key), seen.attributes[key]) for seen in (old, new) if key in seen.attributes]
        score, value = max(said, key=lambda one: (one[0], _order(one[1])))
        if key == ZONES and all(_is_names(one[1]) for one in said):
            known = said[0][1]
            value = [*known, *dict.fromkeys(name for one in said[1:] for name in one[1] if name not in known)]
            score = confidence
        if key == PHASE:
            value = max((one[1] for one in said), key=lambda phase: (_PHASES.get(str(phase), 0), _canonical(phase)))
            score = confidence
        keep(key, value, score)
    if not forgotten:
        best = max(old, new, key=_plate_order)
        for key in _PLATE:
            if key in best.attributes:
                keep(key, best.attributes[key], _score(best, key) if key == "identity" else confidence)
    return attributes, scores


def _score(seen: Observation, key: str) -> float:
    return seen.scores.get(key, seen.confidence)


def _plate_order(seen: Observation) -> tuple[bool, float, str, float]:
    """A plate that was read before none, then the surer reading."""
    reading = [seen.attributes.get(key) for key in _PLATE]
    surely = _score(seen, "identity")
    score = seen.attributes.get("plate_score")
    if _is_fraction(score):
        surely = float(score)
    return isinstance(seen.attributes.get("identity"), str), surely, _canonical(reading), _score(seen, "identity")


def _joined_wordings(old: Observation, new: Observation) -> dict[str, float]:
    """Everything that the event was called, best score of each, the surest first."""
    best: dict[str, float] = {}
    for seen in (old, new):
        for wording, score in _wordings(seen).items():
            best[wording] = max(score, best.get(wording, 0.0))
    surest = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return dict(surest[:MOST_WORDINGS])


def _wordings(seen: Observation) -> dict[str, float]:
    kept = seen.attributes.get(WORDINGS)
    if isinstance(kept, Mapping) and kept and all(_is_fraction(score) for score in kept.values()):
        return {str(wording): float(score) for wording, score in kept.items()}
    return {seen.summary or seen.category.replace("_", " "): seen.confidence}


def _better_pin(one: Position | None, other: Position | None) -> Position | None:
    known = [pin for pin in (one, other) if pin is not None]
    return min(known, key=lambda pin: (pin.accuracy_m, _canonical(pin.model_dump(mode="json"))), default=None)


def _better_footprint(one: dict[str, Any] | None, other: dict[str, Any] | None) -> dict[str, Any] | None:
    return max((area for area in (one, other) if area is not None), key=_canonical, default=None)


def _joined_media(old: tuple[Media, ...], new: tuple[Media, ...]) -> tuple[Media, ...]:
    return (*old, *(medium for medium in new if medium not in old))


def _added(old: Observation, grown: Observation) -> list[Message]:
    words = []
    if old.position is None and grown.position is not None:
        words.append(Message("observations.added.place", accuracy_m=grown.position.accuracy_m))
    elif old.position is not None and grown.position is not None and grown.position != old.position:
        before_m = old.position.accuracy_m
        now_m = grown.position.accuracy_m
        words.append(Message("observations.added.better_place", before_m=before_m, now_m=now_m))
    if grown.started_at < old.started_at:
        earlier_s = (old.started_at - grown.started_at).total_seconds()
        words.append(Message("observations.added.began_earlier", earlier_s=earlier_s))
    if grown.ended_at != old.ended_at and grown.ended_at is not None:
        lasted_s = (grown.ended_at - grown.started_at).total_seconds()
        words.append(Message("observations.added.ended", lasted_s=lasted_s))
    if grown.confidence > old.confidence:
        words.append(Message("observations.added.surer", before=old.confidence, now=grown.confidence))
    words += _added_words(old, grown)
    words += _added_details(old.attributes, grown.attributes)
    fresh = len(grown.media) - len(old.media)
    if fresh:
        words.append(Message("observations.added.pictures", count=fresh))
    return words


def _added_words(old: Observation, grown: Observation) -> list[Message]:
    known = _wordings(old)
    now = _wordings(grown)
    words = [
        Message("observations.added.wording", wording=word, score=score)
        for word, score in now.items()
        if word not in known
    ]
    if (old.category, old.attributes.get("label")) != (grown.category, grown.attributes.get("label")):
        what = str(grown.attributes.get("label") or grown.category).replace("_", " ")
        words.append(Message("observations.added.taken_for", what=what))
    return words


def _added_details(old: Mapping[str, Any], grown: Mapping[str, Any]) -> list[Message]:
    words = []
    zones = [name for name in grown.get(ZONES) or [] if name not in (old.get(ZONES) or [])]
    if zones and _is_names(zones):
        words.append(Message("observations.added.zones", zones=zones))
    if grown.get("identity") != old.get("identity"):
        which = "identity"
        if "identity" in old:
            which = "surer_identity"
        words.append(Message(f"observations.added.{which}"))
    fresh = sorted(key for key in grown if key not in old and key not in _QUIET)
    if fresh:
        words.append(Message("observations.added.details", details=[key.replace("_", " ") for key in fresh]))
    return words


def _ours(old: Observation, new: Observation) -> dict[str, Any]:
    """What we, not the source, have put to `old`, and the rest of `new`."""
    warned = {key: old.attributes[key] for key in (WARNING, WARNING_MESSAGE) if key in old.attributes}
    attributes = {**new.attributes, **warned}
    return {"id": old.id, "received_at": old.received_at, "media": old.media, "attributes": attributes}


def _content(seen: Observation) -> str:
    """What it says, in a form that compares exactly (True is not 1)."""
    return _canonical(seen.model_dump(mode="json"))


def _size(detail: Mapping[str, Any]) -> int:
    return len(json.dumps(detail, ensure_ascii=False).encode())


def _order(value: Any) -> tuple[float, str]:
    """A total order of details: numbers by size, others by how they are written."""
    size = 0.0
    if is_number(value):
        size = value
    return size, _canonical(value)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _is_fraction(value: Any) -> TypeGuard[float]:
    return is_number(value) and 0 <= value <= 1


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
