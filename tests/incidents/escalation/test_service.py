"""An incident that nobody acknowledges goes from person to person on shift, on a real database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from incidents.escalation import service
from incidents.escalation.policy import EscalationPolicy
from incidents.merging import default_rules
from incidents.shifts import service as shifts
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import accept
from incidents.timeline.transitions import Transition
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.store import Change, Store
from tests.builders import NOON, live, observation

pytestmark = pytest.mark.both_databases

DOBELE = City("dobele")
TOWN = live(DOBELE)
POLICY = EscalationPolicy(by_category_s={"fight": 60, "noise": 600}, by_severity_s={})
MINUTE = timedelta(minutes=1)


def people(store: Store, *names: str, role: Role = Role.COORDINATOR) -> None:
    for number, name in enumerate(names):
        begins = NOON + number * timedelta(seconds=1) - 60 * MINUTE
        with store.write() as work:
            shifts.plan(
                work, DOBELE, LIVE, person=name, role=role, begins=begins, ends=begins + 600 * MINUTE, by="head",
                now=NOON,
            )  # fmt: skip


def an_incident(store: Store, category: str = "fight", number: str = "1") -> str:
    with store.write() as work:
        seen = observation(number, category=category, source=f"cam {number}")
        return accept(work, [seen], now=NOON, rules=default_rules())[0].incident_id or ""


def look(store: Store, at: datetime) -> list[str]:
    """Take every step that is due; the incidents of those that were taken."""
    with store.read() as session:
        due = list(service.overdue(session, TOWN, POLICY, at))
    taken = []
    for one in due:
        with store.write() as work:
            if service.escalate(work, one, at):
                taken.append(one.incident_id)
    return taken


def said(store: Store, incident_id: str) -> Sequence[str]:
    with store.read() as session:
        return [one["text"] for one in timeline.timeline(session, incident_id) if one["kind"] == "escalation"]


def test_it_goes_to_the_next_person_when_the_time_of_its_category_is_over(store: Store) -> None:
    people(store, "first", "second")
    incident = an_incident(store)
    an_incident(store, "noise", "2")
    assert look(store, NOON + timedelta(seconds=59)) == []
    assert look(store, NOON + MINUTE) == [incident]
    assert said(store, incident) == ["nobody acknowledged it within 1 min 00 s; it goes to second"]
    with store.read() as session:
        assert repository.get(session, incident, TOWN).owner == "second"


def test_it_goes_on_to_everybody_who_takes_incidents_and_then_says_that_nobody_is_left(store: Store) -> None:
    people(store, "first", "second")
    people(store, "head", role=Role.SUPERVISOR)
    people(store, "street", role=Role.INSPECTOR)
    incident = an_incident(store)
    taken = [len(look(store, NOON + number * MINUTE)) for number in range(1, 6)]
    assert taken == [1, 1, 1, 0, 0]
    assert [words.rpartition("; ")[2].rpartition(", ")[2] for words in said(store, incident)] == [
        "it goes to second",
        "it goes to head",
        "and nobody else is on shift",
    ]


def test_who_comes_on_shift_later_has_it_then(store: Store) -> None:
    people(store, "first")
    incident = an_incident(store)
    look(store, NOON + MINUTE)
    assert said(store, incident) == ["nobody acknowledged it within 1 min 00 s, and nobody else is on shift"]
    people(store, "first of them", "late")
    assert look(store, NOON + 2 * MINUTE) == [incident]


def test_what_is_acknowledged_goes_to_nobody(store: Store) -> None:
    people(store, "first", "second")
    incident = an_incident(store)
    with store.read() as session:
        (due,) = service.overdue(session, TOWN, POLICY, NOON + MINUTE)
    with store.write() as work:
        row = repository.get(work.session, incident, TOWN)
        timeline.take(work, row, Transition.ACKNOWLEDGE, by="first", reason="", now=NOON + MINUTE)
    with store.write() as work:
        assert not service.escalate(work, due, NOON + MINUTE)
    assert look(store, NOON + 5 * MINUTE) == []


def test_what_came_in_more_than_a_day_ago_rings_for_nobody(store: Store) -> None:
    people(store, "first", "second")
    an_incident(store)
    assert look(store, NOON + timedelta(hours=24)) == []


def test_the_person_is_told_live(store: Store) -> None:
    people(store, "first", "second")
    incident = an_incident(store)
    heard: list[Change] = []
    store.listen(heard.extend)
    look(store, NOON + MINUTE)
    assert [change.kind for change in heard] == ["incident", "escalation"]
    assert heard[1].data is not None
    assert (heard[1].data["person"], heard[1].data["incident_id"]) == ("second", incident)


def test_a_severity_has_its_time_and_a_category_comes_before_it() -> None:
    policy = EscalationPolicy(by_category_s={"noise": 30}, by_severity_s={4: 300})
    assert policy.limit("fight", 4) == timedelta(minutes=5)
    assert policy.limit("noise", 4) == timedelta(seconds=30)
    assert policy.limit("fight", 2) is None
