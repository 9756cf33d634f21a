"""What becomes of a plate that was read, before it is kept. Reads no picture.

One on its town's watch list is a hit: kept in clear, in the audit trail, opening an incident. Any other is kept as a
keyed hash, a passing vehicle's without its picture, and after a while not even that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from telemetry.dialects.values import PLATE, PLATE_HIT, PLATE_READ, normal_plate
from telemetry.messages import Message, Param, written
from telemetry.observations import Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.observations.growing import PLATE_FORGOTTEN
from telemetry.observations.values import observation_id
from telemetry.store import Work
from telemetry.visibility import Visibility
from vision.plates import service
from vision.plates.keys import PlateKeys
from vision.plates.tables import PlateReadRow, WatchEntryRow
from vision.plates.watch_list_match import Match, match

PASSING = frozenset({PLATE_READ, "vehicle_seen"})
"""Categories of what only passes: a hit makes it a hit, anything else leaves it without its picture."""
HASHED = "plate "
"""What the identity of every plate begins with; its hash follows."""
REDACTED = "[plate]"
RULE = "plates"
"""By which a chain says that a plate's hash went."""
FORGET_AT_ONCE = 200
"""Hashes that are forgotten in one unit of work: at a busy gate thousands come due in an hour."""


def plate_of(observation: Observation) -> str | None:
    """The plate that it names, normalised; None when it names none."""
    return plate_in(observation.source.kind, observation.category, observation.attributes)


def plate_in(kind: SourceKind, category: str, attributes: Mapping[str, Any]) -> str | None:
    """The plate that an observation of such a source and category names in its attributes, normalised."""
    named = attributes.get(PLATE)
    if named is None and (kind is SourceKind.PLATE_READER or category in (PLATE_READ, PLATE_HIT)):
        named = attributes.get("identity")
    if not isinstance(named, str) or named.startswith(HASHED):
        return None
    return normal_plate(named)


def sought(session: Session, observation: Observation, *, now: datetime) -> tuple[WatchEntryRow, Match] | None:
    """The entry of its town's watch list that it hits at `now` (UTC), an exact match before one that looks alike."""
    plate = plate_of(observation)
    if plate is None:
        return None
    found = [
        (entry, match(entry.plate, plate)) for entry in service.listed(session, Visibility.of(observation), now=now)
    ]
    matching = [(entry, how) for entry, how in found if how is not None]
    return min(matching, key=lambda one: one[1] is not Match.EXACT, default=None)


def may_keep_picture(session: Session, observation: Observation, *, now: datetime) -> bool:
    """Whether the picture that comes along may be kept: not of a vehicle that only passed and that nobody looks for."""
    passing = plate_of(observation) is not None and observation.category in PASSING
    return not passing or sought(session, observation, now=now) is not None


@dataclass(frozen=True)
class Screened:
    """An observation as it may be kept, and what is to be written down of its plate once it is."""

    observation: Observation
    plate: str | None = None
    """As it was read; None when it names none."""
    hit: tuple[WatchEntryRow, Match] | None = None
    """What it hits of its town's watch list."""


def screen(work: Work, observation: Observation, keys: PlateKeys, *, now: datetime) -> Screened:
    """`observation` as it may be kept at `now` (UTC); as it is when it names no plate.

    A hit is an observation of its own, so that a plate that a camera reads right only the second time is a hit then.
    """
    plate = plate_of(observation)
    if plate is None:
        return Screened(observation)
    identity = HASHED + keys.digest(plate, now)
    hit = sought(work.session, observation, now=now)
    if hit is None:
        return Screened(_kept_as_hash(observation, plate, identity, keys, now), plate)
    return Screened(_as_hit(observation, plate, identity, *hit), plate, hit)


def write_down(work: Work, screened: Screened, observation_id: str, *, keep: timedelta, now: datetime) -> None:
    """Keep of an accepted observation's plate that it was met, or else when it is to be forgotten.

    `keep`: how long the hash of a plate that nobody looks for stays. Once for an observation, however often it is said.
    """
    if screened.plate is None:
        return
    if screened.hit is not None:
        entry, how = screened.hit
        service.write_down(
            work,
            entry,
            observation_id=observation_id,
            plate=screened.plate,
            camera=screened.observation.source.id,
            exact=how is Match.EXACT,
            read_at=screened.observation.started_at,
            now=now,
        )
    elif work.session.get(PlateReadRow, observation_id) is None:
        work.session.add(PlateReadRow(observation_id=observation_id, forget_at=now + keep))


def forget(work: Work, *, now: datetime, at_most: int = FORGET_AT_ONCE) -> int:
    """Take the hash from observations whose time has come by `now` (UTC), first those whose time came first.

    Returns of how many, `at_most` so many: when it is so many, there may be more.
    """
    query = select(PlateReadRow).where(col(PlateReadRow.forget_at) <= now)
    due = list(work.session.exec(query.order_by(col(PlateReadRow.forget_at)).limit(at_most)))
    for seen in observations.get_many(work.session, [row.observation_id for row in due]):
        left = {key: value for key, value in seen.attributes.items() if key != "identity"}
        marked = {**left, PLATE_FORGOTTEN: True}
        forgotten = seen.model_copy(update={"attributes": marked})
        observations.update(work.session, [forgotten], at=now, rule=RULE)
    for row in due:
        work.session.delete(row)
    return len(due)


def redacted(said: Any, plate: str) -> Any:
    """`said` (JSON-ready) without `plate`, however it is spelled in it."""
    spelled = re.compile(r"[\W_]*".join(map(re.escape, plate)), re.IGNORECASE)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            return spelled.sub(REDACTED, value)
        if isinstance(value, dict):
            return {clean(key): clean(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [clean(inner) for inner in value]
        return value

    return clean(said)


def _redacted_message(message: Message | None, plate: str) -> Message | None:
    """`message` without `plate` in any of its parameters."""
    if message is None:
        return None

    def clean(value: Param) -> Any:
        if isinstance(value, Message):
            return _redacted_message(value, plate)
        if isinstance(value, tuple):
            return [clean(inner) for inner in value]
        return redacted(value, plate)

    return Message(message.code, **{name: clean(value) for name, value in message.params.items()})


def _as_hit(observation: Observation, plate: str, identity: str, entry: WatchEntryRow, how: Match) -> Observation:
    ref = f"{observation.source_ref[:150]} watch {entry.id[:8]}"
    said = observation.message or written(observation.summary)
    if not observation.summary:
        said = Message("plates.read")
    message = Message("plates.hit", what=said, plate=plate, reason=entry.reason)
    return observation.model_copy(
        update={
            "id": observation_id(observation.source, ref),
            "source_ref": ref,
            "category": PLATE_HIT if observation.category in PASSING else observation.category,
            "summary": str(message)[:500],
            "message": message,
            "attributes": {
                **observation.attributes,
                PLATE: plate,
                "identity": identity,
                "watch": {"entry": entry.id, "wanted": entry.plate, "reason": entry.reason, "match": how.value},
            },
        }
    )


def _kept_as_hash(observation: Observation, plate: str, identity: str, keys: PlateKeys, now: datetime) -> Observation:
    kept = {key: value for key, value in observation.attributes.items() if key not in (PLATE, "identity")}
    update: dict[str, Any] = {
        "summary": redacted(observation.summary, plate),
        "message": _redacted_message(observation.message, plate),
        "attributes": {**redacted(kept, plate), "identity": identity},
        "media": () if observation.category in PASSING else observation.media,
    }
    if (ref := redacted(observation.source_ref, plate)) != observation.source_ref:
        ref = ref.replace(REDACTED, keys.digest(plate, now)[:12])[:200]
        update |= {"source_ref": ref, "id": observation_id(observation.source, ref)}
    return observation.model_copy(update=update)
