"""What is stored of incidents is what the log gives, and what is not is named and written anew."""

import random

import pytest
from sqlalchemy import text

from incidents.closing.codes import default_codes
from incidents.merging import State
from incidents.rebuilding import service as rebuilding
from incidents.rebuilding.service import RebuiltTown
from incidents.settling import decisions
from incidents.settling.service import Settler
from incidents.timeline import handling, repository, responding, service
from incidents.timeline.responding import ResponseStep
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import Transition
from telemetry.clock import ManualClock
from telemetry.observations import Observation, SourceKind
from telemetry.store import Store, Work
from telemetry.visibility import EVERYTHING
from tests.builders import place
from tests.incidents.grouping.builders import LATER, RULES, word
from tests.incidents.settling.test_service import CRASH, settle, standing, take, texts, town_of

pytestmark = pytest.mark.both_databases

APART = (word("here", "litter"), word("there", "litter", east_m=900, minutes=3))


def body_camera(ref: str, *, minutes: float, east_m: float) -> Observation:
    """A word of a body camera about a fight."""
    return word(
        ref, "fight", minutes=minutes, east_m=east_m, accuracy_m=9, kind=SourceKind.BODY_CAMERA, source="body-1"
    )


def row(work: Work, incident_id: str | None) -> IncidentRow:
    return repository.get(work.session, incident_id or "", EVERYTHING)


def check(store: Store) -> RebuiltTown:
    (found,) = rebuilding.check(store, RULES, LATER)
    return found


def shuffled_town(store: Store, seed: int) -> None:
    """An invented town, handed in in any order and settled now and then, a second later each time."""
    rnd = random.Random(seed)
    clock = ManualClock(LATER)
    waiting = town_of(seed)
    rnd.shuffle(waiting)
    settler = Settler(store, RULES, clock)
    while waiting:
        some = [waiting.pop() for _ in range(min(len(waiting), rnd.randint(1, 20)))]
        take(store, *some, now=clock.now())
        clock.advance(1)
        settler.look()


def work_on(store: Store, seed: int) -> None:
    """People decide one thing and another about some of the incidents."""
    rnd = random.Random(seed)
    ids = sorted(standing(store))
    rnd.shuffle(ids)
    with store.write() as work:
        one, other, third, fourth, fifth, sixth = (row(work, incident_id) for incident_id in ids[:6])
        service.take(work, one, Transition.ACKNOWLEDGE, by="ana", reason="", now=LATER)
        code = next(code for code in default_codes().values() if code.closes_as is State.RESOLVED)
        service.take(work, one, Transition.RESOLVE, by="ana", reason="done", now=LATER, code=code)
        handling.set_owner(work, other, "ben", by="ana", reason="", now=LATER)
        handling.set_severity(work, third, 3 if third.severity != 3 else 2, by="ana", reason="seen", now=LATER)
        handling.set_place(work, third, place(east_m=70, accuracy_m=4), by="ana", reason="seen", now=LATER)
        handling.set_category(work, fourth, "fire", RULES, by="ana", reason="seen", now=LATER)
        handling.assign(work, fourth, ["cy"], by="ana", reason="near", now=LATER)
        responding.respond(work, fourth, ResponseStep.GOING, by="dan", note="", now=LATER)
        decisions.join(work, fifth, sixth, by="ana", reason="the same", now=LATER)
    settle(store)


@pytest.mark.parametrize("seed", range(2))
def test_an_invented_town_in_any_order_with_what_people_did_is_what_its_log_gives(store: Store, seed: int) -> None:
    shuffled_town(store, seed)
    assert check(store).first is None
    work_on(store, seed)
    found = check(store)
    assert (found.first, found.different, found.waiting) == (None, 0, 0)
    assert found.incidents > 30


def test_what_was_joined_and_undone_is_what_its_log_gives(store: Store) -> None:
    first, second = take(store, *APART)
    for decide in (True, False):
        with store.write() as work:
            if decide:
                act = decisions.join(work, row(work, first), row(work, second), by="ana", reason="one", now=LATER)
            else:
                decisions.undo(work, row(work, first), act.id, by="ana", now=LATER)
        settle(store)
        assert check(store).first is None


def test_an_incident_with_a_clock_an_hour_off_is_what_its_log_gives(store: Store) -> None:
    seen = [word("call", "fight", accuracy_m=20), word("again", "fight", minutes=2, accuracy_m=15)]
    seen += [body_camera(f"body {n}", minutes=60 + n, east_m=n) for n in range(4)]
    take(store, *seen)
    settle(store)
    ((incident, _),) = standing(store).items()
    assert any("the clock of body-1 is taken to be 1 h 00 min ahead" in said for said in texts(store, incident))
    assert check(store).first is None


def test_what_waits_to_be_settled_is_counted(store: Store) -> None:
    take(store, *CRASH)
    assert (check(store).waiting, check(store).first) == (2, None)


def execute(store: Store, statement: str) -> None:
    with store.write() as work:
        work.session.connection().execute(text(statement))


TAMPERED = {
    "lat": "UPDATE incidents SET lat = lat + 0.001",
    "title": "UPDATE incidents SET title = 'Something else'",
    "severity": "UPDATE incidents SET severity = severity % 5 + 1",
    "category": "UPDATE incidents SET category = 'fire'",
    "state": "UPDATE incidents SET state = 'dispatched'",
    "owner": "UPDATE incidents SET owner = 'nobody'",
    "observation_ids": "UPDATE incidents SET observation_ids = '[]'",
    "entries": "UPDATE incidents SET entries = entries + 1",
    "links": "DELETE FROM incident_observations",
    "index": "UPDATE incident_places SET last_s = last_s - 1",
}


@pytest.mark.parametrize("field", TAMPERED)
def test_what_was_tampered_with_is_named_and_can_be_rebuilt(store: Store, field: str) -> None:
    (first, _) = take(store, *CRASH)
    settle(store)
    before = standing(store)
    execute(store, TAMPERED[field])
    found = check(store)
    assert found.first is not None
    assert (found.first.incident_id, found.first.field) == (first, field)
    rebuilding.rebuild(store, RULES, LATER)
    assert check(store).first is None
    assert standing(store) == before
