"""What people decide about an incident: each decision is an entry with who and why."""

import pytest

from incidents.closing.codes import default_codes
from incidents.merging import default_rules
from incidents.timeline import handling, repository, service
from incidents.timeline.acceptance import accept
from incidents.timeline.tables import IncidentRow
from incidents.timeline.transitions import Transition
from telemetry.errors import BadInput, Conflict
from telemetry.store import Store, Work
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation

pytestmark = pytest.mark.both_databases


@pytest.fixture
def incident_id(store: Store) -> str:
    with store.write() as work:
        return accept(work, [observation()], now=NOON, rules=default_rules())[0].incident_id or ""


def row_of(work: Work, incident_id: str) -> IncidentRow:
    return repository.get(work.session, incident_id, EVERYTHING)


def last_entry(store: Store, incident_id: str) -> tuple[str, str, str]:
    with store.read() as session:
        entry = service.timeline(session, incident_id)[-1]
    return entry["kind"], entry["who"], entry["text"]


def test_who_acknowledges_answers_for_it(store: Store, incident_id: str) -> None:
    with store.write() as work:
        service.take(work, row_of(work, incident_id), Transition.ACKNOWLEDGE, by="ilze", reason="", now=NOON)
    with store.write() as work:
        assert service.public(row_of(work, incident_id))["owner"] == "ilze"


def test_closing_by_a_code_says_it_in_the_timeline_and_reopening_forgets_it(store: Store, incident_id: str) -> None:
    code = default_codes()["gone_on_arrival"]
    with store.write() as work:
        row = row_of(work, incident_id)
        service.take(work, row, Transition.RESOLVE, by="ilze", reason="empty street", now=NOON, code=code)
    assert last_entry(store, incident_id)[2] == "new → resolved (Over before anybody came): empty street"
    with store.write() as work:
        row = row_of(work, incident_id)
        assert row.closing_code == "gone_on_arrival"
        service.take(work, row, Transition.REOPEN, by="janis", reason="they came back", now=NOON)
        assert service.public(row)["closing_code"] is None
    assert last_entry(store, incident_id) == ("state", "janis", "resolved → acknowledged: they came back")


def test_reopening_needs_a_reason(store: Store, incident_id: str) -> None:
    with store.write() as work:
        row = row_of(work, incident_id)
        service.take(work, row, Transition.RESOLVE, by="ilze", reason="done", now=NOON)
        with pytest.raises(BadInput, match="reopening an incident needs a reason"):
            service.take(work, row, Transition.REOPEN, by="ilze", reason=" ", now=NOON)


def test_another_severity_is_written_down_with_its_reason(store: Store, incident_id: str) -> None:
    with store.write() as work:
        handling.set_severity(work, row_of(work, incident_id), 5, by="ilze", reason="a child in the car", now=NOON)
    assert last_entry(store, incident_id) == ("severity", "ilze", "severity 3 → 5: a child in the car")


@pytest.mark.parametrize(("severity", "reason", "words"), [(6, "x", "1 to 5"), (5, " ", "needs a reason")])
def test_a_severity_that_is_none_or_has_no_reason_is_refused(
    store: Store, incident_id: str, severity: int, reason: str, words: str
) -> None:
    with store.write() as work, pytest.raises(BadInput, match=words):
        handling.set_severity(work, row_of(work, incident_id), severity, by="ilze", reason=reason, now=NOON)


def test_owner_and_people_are_entries_and_said_once(store: Store, incident_id: str) -> None:
    with store.write() as work:
        handling.set_owner(work, row_of(work, incident_id), "janis", by="ilze", reason="closer", now=NOON)
    assert last_entry(store, incident_id) == ("people", "ilze", "answers for it: janis; closer")
    with store.write() as work:
        row = row_of(work, incident_id)
        handling.assign(work, row, ["janis", "anna", "janis"], by="ilze", reason="", now=NOON)
        with pytest.raises(Conflict, match="assigned to the incident already"):
            handling.assign(work, row, ["anna", "janis"], by="ilze", reason="", now=NOON)
    assert last_entry(store, incident_id) == ("people", "ilze", "assigned: anna, janis")
