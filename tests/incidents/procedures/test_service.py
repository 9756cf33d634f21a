"""Working through a procedure, on a real database: every step is an entry with who and why."""

from collections.abc import Callable

import pytest

from incidents.merging import default_rules
from incidents.procedures import service
from incidents.procedures.reading import default_procedures
from incidents.timeline import repository
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import accept
from incidents.timeline.tables import IncidentRow
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Change, Store, Work
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation

pytestmark = pytest.mark.both_databases

FIRE = default_procedures()["fire"]
Do = Callable[[Work, IncidentRow], None]


@pytest.fixture
def incident_id(store: Store) -> str:
    with store.write() as work:
        return accept(work, [observation(category="fire")], now=NOON, rules=default_rules())[0].incident_id or ""


def done(step: str, answer: str | None = None) -> Do:
    return lambda work, row: service.done(work, row, FIRE, step, answer=answer, by="ilze", now=NOON)


def skipped(step: str, reason: str = "") -> Do:
    return lambda work, row: service.skip(work, row, FIRE, step, reason=reason, by="ilze", now=NOON)


def do(store: Store, incident_id: str, *steps: Do) -> None:
    with store.write() as work:
        for step in steps:
            step(work, repository.get(work.session, incident_id, EVERYTHING))


def outcomes(store: Store, incident_id: str) -> dict[str, str | None]:
    with store.read() as session:
        row = repository.get(session, incident_id, EVERYTHING)
        return {step["id"]: step["outcome"] for step in service.checklist(session, row, FIRE)}


def said(store: Store, incident_id: str) -> list[str]:
    with store.read() as session:
        return [one["text"] for one in timeline.timeline(session, incident_id) if one["kind"] == "procedure"]


def test_an_answer_decides_which_steps_follow(store: Store, incident_id: str) -> None:
    assert outcomes(store, incident_id) == {"brigade": None, "people": None, "drone": None}
    do(store, incident_id, done("brigade"), done("people", "yes"))
    assert outcomes(store, incident_id) == {"brigade": "done", "people": "done", "warn": None, "drone": None}
    assert said(store, incident_id) == ["done: Call the fire brigade", "Are people in danger? Yes"]


def test_another_answer_replaces_the_first_and_both_are_entries(store: Store, incident_id: str) -> None:
    do(store, incident_id, done("people", "yes"), done("people", "no"))
    assert "warn" not in outcomes(store, incident_id)
    assert said(store, incident_id) == ["Are people in danger? Yes", "Are people in danger? No"]


def test_skipping_a_mandatory_step_needs_a_reason_and_is_told(store: Store, incident_id: str) -> None:
    heard: list[Change] = []
    store.listen(heard.extend)
    with pytest.raises(BadInput, match="needs a reason, because it is mandatory"):
        do(store, incident_id, skipped("brigade", " "))
    do(store, incident_id, skipped("brigade", "a barbecue"), skipped("drone"))
    assert said(store, incident_id) == [
        "skipped: Call the fire brigade; a barbecue",
        "skipped: Look at it from above, if the fire brigade agrees",
    ]
    told = [change.data for change in heard if change.kind == "skipped_step"]
    assert [data and data["text"] for data in told] == ['ilze skipped "Call the fire brigade": Fire or smoke']
    with store.read() as session:
        (listed,) = service.skipped(session, EVERYTHING)
    assert (listed["step"], listed["reason"], listed["who"]) == ("brigade", "a barbecue", "ilze")
    assert listed["text"] == "Izsaukt ugunsdzēsējus"


def test_an_undone_step_is_open_again(store: Store, incident_id: str) -> None:
    do(store, incident_id, done("brigade"))
    do(store, incident_id, lambda work, row: service.undo(work, row, FIRE, "brigade", by="janis", now=NOON))
    assert outcomes(store, incident_id)["brigade"] is None
    assert said(store, incident_id)[-1] == "not done after all: Call the fire brigade"


@pytest.mark.parametrize(
    ("step", "error", "words"),
    [
        (done("warn"), NotFound, "no step that is to be done now"),
        (done("people"), BadInput, "is not answered so; possible: Yes, No"),
        (done("people", "perhaps"), BadInput, "is not answered so"),
        (done("brigade", "yes"), BadInput, "is not answered so"),
    ],
)
def test_what_the_procedure_does_not_have_is_refused(
    store: Store, incident_id: str, step: Do, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        do(store, incident_id, step)


def test_what_is_done_already_is_a_conflict(store: Store, incident_id: str) -> None:
    do(store, incident_id, done("brigade"))
    with pytest.raises(Conflict, match="is done already, by ilze"):
        do(store, incident_id, done("brigade"))


def test_what_is_mandatory_and_left_over_is_known(store: Store, incident_id: str) -> None:
    do(store, incident_id, done("people", "yes"))
    with store.read() as session:
        left = service.open_mandatory(session, repository.get(session, incident_id, EVERYTHING), FIRE)
    assert [step.id for step in left] == ["brigade", "warn"]
