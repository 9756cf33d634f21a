"""An observation is accepted: kept once, grown when it is said again, merged into an incident, told in its timeline.

One unit of work: the observation, the incident it joins or opens and the timeline entry that says why are committed
together, so whoever got a receipt finds all three. Decides nothing about merging.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from incidents.merging import Reason, Rules
from incidents.merging.incident import identities
from incidents.timeline import unsettled
from incidents.timeline.drafts import Drafts
from incidents.timeline.incident_index import Town
from incidents.timeline.tables import ForgottenRow
from telemetry.clock import iso
from telemetry.messages import Message
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.occurrences import Addition, Key, NewEvent, Occurrences, Place, Repetition, Stored
from telemetry.store import Work

log = logging.getLogger(__name__)

SERVER = "(server)"
"""The sender of what this server itself found or was told without a token; no user can have the name."""


class Outcome(StrEnum):
    """What became of an observation that was handed in."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """Known already, word for word."""
    KNOWN = "known"
    """Its event is known, and everything that it says of it, as surely or better."""
    AMENDED = "amended"
    """Its event is known; it adds to it."""


@dataclass(frozen=True)
class Receipt:
    """The answer to whoever handed an observation in; once given, it is kept for good."""

    observation_id: str
    outcome: Outcome
    incident_id: str | None
    warning: Message | None = None
    """What is wrong with its source."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        warned = {}
        if self.warning is not None:
            warned = {"warning": self.warning.text(), "warning_message": self.warning.to_answer()}
        return {
            "observation_id": self.observation_id,
            "outcome": self.outcome,
            "incident_id": self.incident_id,
            **warned,
        }


@dataclass(frozen=True)
class Delivery:
    """What one sender hands in at once."""

    sender: str
    observations: Sequence[Observation]


def accept(
    work: Work, arrived: Sequence[Observation], *, now: datetime, rules: Rules, sender: str = SERVER
) -> list[Receipt]:
    """Take `arrived` in, in order, at `now` (UTC), as handed in by `sender`: one receipt each.

    All or nothing with the caller's unit of work. Raises BadObservation for an id that another observation of the same
    sender has.
    """
    (receipts,) = accept_all(work, [Delivery(sender, arrived)], now=now, rules=rules)
    return receipts


def accept_all(work: Work, deliveries: Sequence[Delivery], *, now: datetime, rules: Rules) -> list[list[Receipt]]:
    """As `accept`, for several deliveries one after the other, which costs less than a call for each: the receipts of
    each."""
    batch = _Batch(work, deliveries, now=now, rules=rules)
    receipts = [
        [batch.take(observation, delivery.sender) for observation in delivery.observations] for delivery in deliveries
    ]
    batch.write()
    return receipts


class _Batch:
    """Observations on their way into the database."""

    def __init__(self, work: Work, deliveries: Sequence[Delivery], *, now: datetime, rules: Rules) -> None:
        self._work = work
        self._now = now
        self._rules = rules
        self._fresh: dict[str, tuple[str, Stored]] = {}
        """By id, with the sender."""
        self._grown: dict[str, Observation] = {}
        self._drafts = Drafts(work.session, now=now, rules=rules)
        self._occurrences: dict[str, Occurrences] = {}
        work.session.flush()
        self._recall(deliveries)

    def _recall(self, deliveries: Sequence[Delivery]) -> None:
        """Read at once what is known of all that is delivered, and what it may join."""
        session = self._work.session
        said: defaultdict[str, list[Observation]] = defaultdict(list)
        for delivery in deliveries:
            said[delivery.sender] += delivery.observations
        families = {sender: _families(session, sender, by_sender) for sender, by_sender in said.items()}
        known = [stored.observation.id for of in families.values() for family in of.values() for stored in family]
        owners = observations.owners(session, [one.id for by_sender in said.values() for one in by_sender])
        forgotten = _forgotten(session, known)
        for sender, of in families.items():
            self._occurrences[sender] = Occurrences(sender, of, owners, forgotten)
        self._drafts.recall(known)
        self._drafts.expect(
            observation
            for delivery in deliveries
            for observation in delivery.observations
            if ((observation.city, observation.scope), observation.key) not in families[delivery.sender]
        )

    def take(self, observation: Observation, sender: str) -> Receipt:
        """Decide what becomes of `observation`, which `sender` hands in."""
        what = self._occurrences[sender].say(observation.model_copy(update={"received_at": self._now}))
        match what:
            case Repetition(known, word_for_word):
                outcome = Outcome.DUPLICATE if word_for_word else Outcome.KNOWN
                return Receipt(known.id, outcome, self._drafts.incident_of(known.id))
            case Addition():
                return self._grow(what, sender)
            case NewEvent(stored, warning):
                self._fresh[stored.observation.id] = (sender, stored)
                if warning is None:
                    return Receipt(stored.observation.id, Outcome.ACCEPTED, self._drafts.place(stored.observation))
                return self._accept_warned(stored, warning)

    def write(self) -> None:
        """Write it all, and tell of the incidents that have changed."""
        session = self._work.session
        observations.insert(session, list(self._fresh.values()))
        observations.update(session, list(self._grown.values()), at=self._now)
        for change in self._drafts.write():
            self._work.tell(change)
        unsettled.mark(session, self._waiting(), self._now)

    def _waiting(self) -> Iterator[tuple[str, Town]]:
        """What is to be settled: all that tells of an incident, or may."""
        fresh = [stored.observation for _, stored in self._fresh.values()]
        for seen in (*fresh, *self._grown.values()):
            if self._rules[seen.category].opens or identities(seen) or self._drafts.incident_of(seen.id) is not None:
                yield seen.id, Town(seen.city, seen.scope)

    def _accept_warned(self, stored: Stored, warning: Message) -> Receipt:
        seen = stored.observation
        log.warning("%s %s, event at %s: %s", seen.source.kind, seen.source.id, iso(seen.started_at), warning)
        incident_id = self._drafts.place(seen, [Reason("source", warning)])
        return Receipt(seen.id, Outcome.ACCEPTED, incident_id, warning)

    def _grow(self, addition: Addition, sender: str) -> Receipt:
        known = addition.known
        grown = addition.stored.observation
        if known.id in self._fresh:
            self._fresh[known.id] = (sender, addition.stored)
        else:
            self._grown[known.id] = grown
            for occurrences in self._occurrences.values():
                occurrences.replace(addition.stored)
        return Receipt(known.id, Outcome.AMENDED, self._drafts.grow(known, grown, addition.added))


def _families(session: Session, sender: str, said: Sequence[Observation]) -> dict[tuple[Place, Key], list[Stored]]:
    """What `sender` has said before under the names of what is `said`, by place and key."""
    keys: defaultdict[Place, list[Key]] = defaultdict(list)
    for observation in said:
        keys[observation.city, observation.scope].append(observation.key)
    families: dict[tuple[Place, Key], list[Stored]] = {}
    for place, named in keys.items():
        found = observations.families(session, *place, sender, named)
        families |= {(place, key): family for key, family in found.items()}
    return families


def _forgotten(session: Session, observation_ids: Sequence[str]) -> set[str]:
    """Those of which only kind, place and time are left."""
    if not observation_ids:
        return set()
    query = select(ForgottenRow.observation_id).where(col(ForgottenRow.observation_id).in_(observation_ids))
    return set(session.exec(query))
