"""Settling on a real database: whatever order words come in, the incidents are those of the whole set."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from incidents.grouping import group_observations
from incidents.merging import Rules, State, events_of
from incidents.search.service import SearchRequest, of_number, search
from incidents.settling import questions
from incidents.settling import repository as settling
from incidents.settling.repository import StoredWords
from incidents.settling.service import GIVE_UP, IN_VAIN, LocalSettling, Settler
from incidents.settling.settle import Settlement
from incidents.synthetic import TownKind, generate_town
from incidents.synthetic.writing import observation_lines
from incidents.timeline import handling, repository, service, unsettled
from incidents.timeline.acceptance import accept
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import between
from mapserver.program.invariants import violations
from telemetry.clock import ManualClock
from telemetry.errors import Unavailable
from telemetry.fulltext import DocumentQuery
from telemetry.observations import Observation
from telemetry.store import Store
from telemetry.store.media import MediaStore
from telemetry.visibility import EVERYTHING
from tests.incidents.grouping.builders import LATER, RULES, camera, word

pytestmark = pytest.mark.both_databases


def take(store: Store, *seen: Observation, now: datetime = LATER) -> list[str | None]:
    with store.write() as work:
        return [receipt.incident_id for receipt in accept(work, seen, now=now, rules=RULES)]


def settle(store: Store) -> None:
    Settler(store, RULES, ManualClock(LATER)).look()


def standing(store: Store) -> dict[str, dict[str, Any]]:
    with store.read() as session:
        rows = session.exec(select(IncidentRow).where(IncidentRow.state != State.MERGED))
        return {row.id: repository.incident_of(row).public() for row in rows}


def expected(seen: Sequence[Observation]) -> dict[str, dict[str, Any]]:
    stored = [one.model_copy(update={"received_at": LATER}) for one in seen]
    found = group_observations(stored, now=LATER, rules=RULES)
    return {one.incident.id: one.incident.public() for one in found.incidents}


def texts(store: Store, incident_id: str | None) -> list[str]:
    with store.read() as session:
        return [entry["text"] for entry in service.timeline(session, incident_id or "")]


def town_of(seed: int) -> list[Observation]:
    """What is said in one invented town in two days."""
    lines = observation_lines(generate_town(seed, TownKind.CALM), seed)
    told = events_of(Observation.model_validate(line) for line in lines).events
    return [one for one in told if one.city == "dobele"]


SCENE = (
    word("call", "fight", minutes=0, accuracy_m=80),
    camera("camera", "crowd", minutes=3, east_m=20),
    word("late call", "noise", minutes=6, east_m=-15),
    word("other end of town", "litter", minutes=5, east_m=2_500),
)


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_gives_the_incidents_of_the_whole_set(store: Store, seed: int) -> None:
    seen = list(SCENE)
    random.Random(seed).shuffle(seen)
    for one in seen:
        take(store, one)
        settle(store)
    assert standing(store) == expected(SCENE)
    with store.read() as session:
        assert unsettled.backlog(session) == {}


CRASH = (word("1", "traffic_accident"), word("2", "medical", minutes=4, east_m=20, accuracy_m=30))
"""One thing that two callers call differently."""


def change_state(store: Store, incident_id: str | None, to: State, at: datetime = LATER) -> None:
    with store.write() as work:
        row = repository.get(work.session, incident_id or "", EVERYTHING)
        service.take(work, row, between(State(row.state), to), by="coordinator", reason="seen", now=at)


def test_an_incident_that_goes_into_another_leads_on_for_ever(store: Store) -> None:
    first, second = take(store, *CRASH)
    settle(store)
    assert first != second
    assert list(standing(store)) == [first]
    with store.read() as session:
        assert repository.get(session, second or "", EVERYTHING).id == first
    assert any("belongs to" in text for text in texts(store, second))


def test_an_earlier_word_that_comes_late_gives_an_untouched_incident_its_id(store: Store) -> None:
    second, _ = take(store, *CRASH[::-1])
    settle(store)
    assert second not in standing(store)
    assert standing(store) == expected(CRASH)


def test_an_incident_that_a_person_touched_keeps_its_id(store: Store) -> None:
    (second,) = take(store, CRASH[1])
    change_state(store, second, State.ACKNOWLEDGED)
    take(store, CRASH[0])
    settle(store)
    (kept,) = standing(store).values()
    assert (kept["id"], kept["state"], len(kept["observation_ids"])) == (second, "acknowledged", 2)


def test_an_incident_stays_as_bad_as_a_person_said(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    with store.write() as work:
        row = repository.get(work.session, first or "", EVERYTHING)
        handling.set_severity(work, row, 2, by="coordinator", reason="a scratch", now=LATER)
    take(store, CRASH[1])
    settle(store)
    (kept,) = standing(store).values()
    assert (kept["severity"], len(kept["observation_ids"])) == (2, 2)


def test_two_incidents_that_people_touched_are_asked_about_and_not_joined(store: Store) -> None:
    first, second = take(store, *CRASH)
    for one in (first, second):
        change_state(store, one, State.ACKNOWLEDGED)
    settle(store)
    assert set(standing(store)) == {first, second}
    with store.read() as session:
        (asked,) = questions.open_ones(session, EVERYTHING)
    assert {asked.a, asked.b} == {first, second}


def test_what_happens_after_an_incident_was_closed_is_another(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    change_state(store, first, State.RESOLVED, at=CRASH[0].started_at + timedelta(minutes=2))
    take(store, CRASH[1])
    settle(store)
    assert {one["state"] for one in standing(store).values()} == {"resolved", "new"}


def test_what_happened_before_an_incident_was_closed_joins_it_though_it_comes_late(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    change_state(store, first, State.RESOLVED, at=CRASH[1].started_at + timedelta(minutes=2))
    take(store, CRASH[1])
    settle(store)
    (kept,) = standing(store).values()
    assert (kept["id"], kept["state"]) == (first, "resolved")


def test_a_word_that_comes_in_while_a_settlement_is_worked_out_is_not_lost(store: Store) -> None:
    seen = list(SCENE)
    take(store, seen.pop())
    local = LocalSettling()

    def settled_meanwhile(stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        if seen:
            take(store, seen.pop())
        return local(stored, rules, now)

    settler = Settler(store, RULES, ManualClock(LATER), settled_meanwhile)
    while seen:
        settler.look()
    settle(store)
    assert standing(store) == expected(SCENE)


def test_what_has_changed_meanwhile_is_left_alone_and_the_rest_is_settled(store: Store) -> None:
    first, _ = take(store, *CRASH)
    apart = (word("5", "traffic_accident", east_m=3_000), word("6", "medical", minutes=4, east_m=3_020, accuracy_m=30))
    other, _ = take(store, *apart)
    local = LocalSettling()

    def changed_meanwhile(stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        change_state(store, first, State.ACKNOWLEDGED)
        return local(stored, rules, now)

    Settler(store, RULES, ManualClock(LATER), changed_meanwhile).look()
    assert {len(one["observation_ids"]) for one in standing(store).values()} == {1, 2}
    assert len(standing(store)[other or ""]["observation_ids"]) == 2
    settle(store)
    assert set(standing(store)) == {first, other}


def test_a_town_in_which_every_look_was_in_vain_is_settled_while_nobody_writes(store: Store) -> None:
    first, _ = take(store, *CRASH)
    local = LocalSettling()
    notes = iter(range(100))

    def always_changed(stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        if next(notes) < IN_VAIN:
            with store.write() as work:
                row = repository.get(work.session, first or "", EVERYTHING)
                service.add_note(work, row, "more", by="coordinator", now=LATER)
        return local(stored, rules, now)

    settler = Settler(store, RULES, ManualClock(LATER), always_changed)
    for _ in range(IN_VAIN + 1):
        settler.look()
    assert list(standing(store)) == [first]


@pytest.mark.parametrize("seed", range(2))
def test_a_town_in_any_order_and_batches_comes_out_as_the_whole_set_does(
    store: Store, tmp_path: Path, seed: int
) -> None:
    town = town_of(seed)
    rnd = random.Random(seed)
    waiting = list(town)
    rnd.shuffle(waiting)
    settler = Settler(store, RULES, ManualClock(LATER))
    while waiting:
        some = [waiting.pop() for _ in range(min(len(waiting), rnd.randint(1, 20)))]
        take(store, *some)
        settler.look()
    assert standing(store) == expected(town)
    assert list(violations(store, MediaStore(tmp_path), ManualClock(LATER))) == []


def test_what_moved_is_found_with_the_incident_that_it_belongs_to_now(store: Store) -> None:
    first, second = take(store, *CRASH)
    settle(store)
    wanted = SearchRequest(DocumentQuery(EVERYTHING))
    with store.read() as session:
        hits = search(session, wanted, limit=10).hits
        numbered = of_number(session, (second or "")[:8], EVERYTHING)
    found = {hit["incident"]["id"] for hit in hits if hit["kind"] == "observation"}
    assert (found, [row.id for row in numbered]) == ({first}, [first])


def test_where_very_much_is_said_less_time_is_looked_at_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "MOST_WORDS", 6)
    crowd = [word(f"crowd {number}", "litter", minutes=120, east_m=300 * number) for number in range(8)]
    take(store, *crowd, *CRASH)
    settle(store)
    with store.read() as session:
        assert unsettled.backlog(session) == {}
    assert {one.id for one in CRASH} in [set(one["observation_ids"]) for one in standing(store).values()]


def test_words_that_cannot_be_worked_out_stay_where_their_receipts_put_them(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    receipts = take(store, *CRASH)

    def too_much(stored: StoredWords, rules: Rules, now: datetime) -> Settlement:
        raise Unavailable("it took too long")

    settler = Settler(store, RULES, ManualClock(LATER), too_much)
    for _ in range(GIVE_UP - 1):
        with pytest.raises(Unavailable):
            settler.look()
    settler.look()
    assert "could not be settled" in caplog.text
    assert set(standing(store)) == set(receipts)
    with store.read() as session:
        assert unsettled.backlog(session) == {}
