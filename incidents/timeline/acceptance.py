"""An observation is accepted: kept once, grown when it is said again, merged into an incident, told in its timeline.

One unit of work: the observation, the incident it joins or opens and the timeline entry that says why are committed
together, so whoever got a receipt finds all three. Decides nothing about merging.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from incidents.merging import Reason, Rules
from incidents.retention.tables import ForgottenRow
from incidents.timeline.drafts import Drafts
from telemetry.clock import iso
from telemetry.errors import BadObservation
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.observations.contradictions import NAMES_RESTART, silence_between
from telemetry.observations.growing import WARNING, Contradiction, Grown, Same, grow
from telemetry.observations.repository import Key, Stored
from telemetry.observations.values import observation_id, occurrence_id
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
    warning: str | None = None
    """What is wrong with its source, in a sentence."""

    def public(self) -> dict[str, Any]:
        """JSON-ready."""
        warned = {} if self.warning is None else {"warning": self.warning}
        return {
            "observation_id": self.observation_id,
            "outcome": self.outcome,
            "incident_id": self.incident_id,
            **warned,
        }


def accept(
    work: Work, arrived: Sequence[Observation], *, now: datetime, rules: Rules, sender: str = SERVER
) -> list[Receipt]:
    """Take `arrived` in, in order, at `now` (UTC), as handed in by `sender`: one receipt each.

    All or nothing with the caller's unit of work. Raises BadObservation for an id that another observation of the same
    sender has.
    """
    batch = _Batch(work, arrived, now=now, rules=rules, sender=sender)
    receipts = [batch.take(observation) for observation in arrived]
    batch.write()
    return receipts


class _Batch:
    """Observations of one sender on their way into the database."""

    def __init__(self, work: Work, arrived: Sequence[Observation], *, now: datetime, rules: Rules, sender: str) -> None:
        self._work = work
        self._now = now
        self._sender = sender
        work.session.flush()
        self._families: dict[tuple[str, Key], list[Stored]] = {}
        for city in {observation.city for observation in arrived}:
            keys = [observation.key for observation in arrived if observation.city == city]
            found = observations.families(work.session, city, sender, keys)
            self._families |= {(city, key): family for key, family in found.items()}
        self._owners = observations.owners(work.session, [observation.id for observation in arrived])
        self._fresh: dict[str, Stored] = {}
        self._grown: dict[str, Observation] = {}
        self._drafts = Drafts(work.session, now=now, rules=rules)
        self._drafts.expect(o for o in arrived if not self._families.get((o.city, o.key)))
        self._drafts.recall(stored.observation.id for family in self._families.values() for stored in family)

    def take(self, observation: Observation) -> Receipt:
        """Decide what becomes of `observation`."""
        family = self._families.setdefault((observation.city, observation.key), [])
        grown: list[tuple[Stored, Grown]] = []
        contradicted: Contradiction | None = None
        for stored in family:
            result = grow(stored.observation, observation)
            if isinstance(result, Same):
                outcome = Outcome.DUPLICATE if result.word_for_word else Outcome.KNOWN
                return Receipt(stored.observation.id, outcome, self._drafts.incident_of(stored.observation.id))
            if isinstance(result, Grown):
                grown.append((stored, result))
            elif contradicted is None:
                contradicted = result
        if grown:
            return self._grow(family, *min(grown, key=lambda one: silence_between(one[0].observation, observation)))
        restarts = observation.attributes.get(NAMES_RESTART) is True
        warning = None if contradicted is None or restarts else self._warn(observation, contradicted)
        return self._accept_new(family, observation, warning)

    def write(self) -> None:
        """Write it all, and tell of the incidents that have changed."""
        session = self._work.session
        observations.insert(session, list(self._fresh.values()), sender=self._sender)
        observations.update(session, list(self._grown.values()))
        for change in self._drafts.write():
            self._work.tell(change)

    def _accept_new(self, family: list[Stored], observation: Observation, warning: str | None) -> Receipt:
        occurrence = 1 + max((stored.occurrence for stored in family), default=0)
        attributes = observation.attributes if warning is None else {**observation.attributes, WARNING: warning}
        kept = observation.model_copy(
            update={
                "id": self._id_for(observation, occurrence),
                "received_at": self._now,
                "attributes": attributes,
            }
        )
        stored = Stored(kept, occurrence)
        family.insert(0, stored)
        self._fresh[kept.id] = stored
        self._owners[kept.id] = (kept.city, self._sender)
        why = () if warning is None else (Reason("source", warning),)
        return Receipt(kept.id, Outcome.ACCEPTED, self._drafts.place(kept, why), warning)

    def _grow(self, family: list[Stored], stored: Stored, result: Grown) -> Receipt:
        known = stored.observation
        grown = result.observation
        if self._work.session.get(ForgottenRow, known.id) is not None:
            return Receipt(known.id, Outcome.KNOWN, self._drafts.incident_of(known.id))
        family[family.index(stored)] = Stored(grown, stored.occurrence)
        if known.id in self._fresh:
            self._fresh[known.id] = Stored(grown, stored.occurrence)
        else:
            self._grown[known.id] = grown
        incident_id = self._drafts.grow(known, grown, result.added)
        return Receipt(known.id, Outcome.AMENDED, incident_id)

    def _id_for(self, observation: Observation, occurrence: int) -> str:
        """The id that it asks for or that follows from its key, unless that is another observation's already."""
        if occurrence == 1 and observation.id not in self._owners:
            return observation.id
        chosen = observation.id != observation_id(observation.source, observation.source_ref)
        ours = self._owners.get(observation.id) == (observation.city, self._sender)
        if occurrence == 1 and chosen and ours:
            key = "/".join(observation.key)
            raise BadObservation(f"the id {observation.id} of {key} belongs to another observation; leave the id out")
        return occurrence_id(observation, self._sender, occurrence)

    def _warn(self, observation: Observation, contradicted: Contradiction) -> str:
        warning = (
            f"its source used the name {observation.source_ref} before for another event: {contradicted.why}; "
            "give each event a name of its own"
        )
        when = iso(observation.started_at)
        log.warning("%s %s, event at %s: %s", observation.source.kind, observation.source.id, when, warning)
        return warning
