"""Settling a town, and what people decide about it."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial

from incidents.grouping import GroupingMemory
from incidents.merging import Rules
from incidents.settling import repository
from incidents.settling.repository import StoredWords
from incidents.settling.settle import HeldIncident, Settlement, TownWords, settle
from incidents.settling.writing import write
from incidents.timeline import unsettled
from incidents.timeline.incident_index import Town
from incidents.timeline.turns import take_turn
from telemetry.clock import Clock
from telemetry.errors import Unavailable
from telemetry.observations import Observation
from telemetry.store import Store, Work

log = logging.getLogger(__name__)

IN_VAIN = 5
"""After so many looks at a town by which nothing was settled, as more came in each time, the next one keeps the turn to
write while it works."""
GIVE_UP = 3
"""Words that could not be worked out so often, in too much time or memory, are not tried again."""
Settle = Callable[[StoredWords, Rules, datetime], Settlement]


class Settler:
    """Settles towns. Keeps only what makes it faster."""

    def __init__(self, store: Store, rules: Rules, clock: Clock, settle_words: Settle | None = None) -> None:
        """`settle_words` works a settlement out, by default where it is asked."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._settle = settle_words or LocalSettling()
        self._in_vain: Counter[Town] = Counter()
        self._failed: Counter[Town] = Counter()

    def look(self) -> None:
        """Settle every town in which something is unsettled. Raises StoreUnavailable, Unavailable."""
        with self._store.read() as session:
            towns = list(unsettled.backlog(session))
        for town in towns:
            self.settle(town)

    def settle(self, town: Town) -> None:
        """Settle `town`, as far as it is not changed meanwhile. Raises StoreUnavailable, Unavailable."""
        if self._in_vain[town] >= IN_VAIN:
            log.info("%s is settled while nobody writes: too much comes in", town.city)
            self._store.run(partial(self._settle_in_turn, town))
            return
        with self._store.read() as session:
            stored = repository.words(session, town, self._rules)
        settlement = self._worked_out(town, stored)
        if settlement is None:
            return
        if self._store.run(partial(self._write, town, stored, settlement)):
            self._in_vain[town] = 0
        else:
            self._in_vain[town] += 1

    def _worked_out(self, town: Town, stored: StoredWords) -> Settlement | None:
        """The settlement; None: these words were given up, and stay where their receipts put them. Raises Unavailable
        when it cannot be worked out now."""
        try:
            settlement = self._settle(stored, self._rules, self._clock.now())
        except Unavailable:
            self._failed[town] += 1
            if self._failed[town] < GIVE_UP:
                raise
            log.error(
                "%d words of %s could not be settled %d times; they stay where their receipts put them",
                len(stored.unsettled),
                town.city,
                GIVE_UP,
            )
            self._store.run(lambda work: unsettled.settled(work.session, stored.unsettled))
            settlement = None
        self._failed[town] = 0
        return settlement

    def _write(self, town: Town, stored: StoredWords, settlement: Settlement, work: Work) -> int:
        take_turn(work)
        return write(work, town, stored, settlement, self._rules, self._clock.now())

    def _settle_in_turn(self, town: Town, work: Work) -> None:
        take_turn(work)
        now = self._clock.now()
        stored = repository.words(work.session, town, self._rules)
        write(work, town, stored, self._settle(stored, self._rules, now), self._rules, now)
        self._in_vain[town] = 0


class LocalSettling:
    """Works settlements out, and remembers what it weighed."""

    def __init__(self) -> None:
        self._memories: dict[Town, GroupingMemory] = {}
        self._read: dict[Town, dict[str, Observation]] = {}

    def __call__(self, stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        """The settlement of what is `stored`, at `now` (UTC)."""
        before = self._read.get(stored.town, {})
        read = {body: before.get(body) or Observation.model_validate_json(body) for body in stored.bodies}
        self._read[stored.town] = read
        held = tuple(
            HeldIncident(one.id, one.observation_ids, one.id in stored.touched, one.closed_at)
            for one in (kept.incident for kept in stored.incidents.values())
        )
        memory = self._memories.setdefault(stored.town, GroupingMemory())
        words = TownWords(tuple(read.values()), held, stored.decisions, now, stored.clocks)
        return settle(words, rules, memory)


@lru_cache(maxsize=1)
def _of_this_process() -> LocalSettling:
    return LocalSettling()


def settle_here(stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
    """As LocalSettling, with what this process remembers: what a worker process is asked."""
    return _of_this_process()(stored, rules, now)
