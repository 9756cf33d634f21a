"""The control of a vehicle: one pilot's or nobody's, passed on only by an offer that is accepted."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mission.control import service
from telemetry.errors import BadInput, Conflict
from telemetry.store import Store, Work
from telemetry.units.tables import UnitRow
from tests.mission.flights.builders import a_drone

AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def unit(store: Store) -> UnitRow:
    return a_drone(store)


def test_a_control_that_another_has_is_not_taken(store: Store, unit: UnitRow) -> None:
    with store.write() as work:
        service.take(work, unit, by="ona", at=AT)
        with pytest.raises(Conflict, match="ona has the control of Drone drone-1; ask"):
            service.take(work, unit, by="janis", at=AT)
        assert service.of(work.session, unit.id).holder == "ona"


def test_it_is_handed_over_only_when_the_named_pilot_accepts(store: Store, unit: UnitRow) -> None:
    with store.write() as work:
        service.take(work, unit, by="ona", at=AT)
        service.offer(work, unit, by="ona", to="janis", at=AT)
        assert service.of(work.session, unit.id) == service.Control("ona", "janis")
        with pytest.raises(Conflict, match="was not offered to petras"):
            service.accept(work, unit, by="petras", at=AT)
        service.accept(work, unit, by="janis", at=AT)
        assert service.of(work.session, unit.id) == service.Control("janis")
        with pytest.raises(BadInput, match="already"):
            service.offer(work, unit, by="janis", to="janis", at=AT)
    with store.read() as session:
        assert [e["step"] for e in service.history(session, unit.id)] == ["accepted", "offered", "taken"]


def test_in_the_air_somebody_must_have_it(store: Store, unit: UnitRow) -> None:
    with store.write() as work:
        service.take(work, unit, by="ona", at=AT)
        with pytest.raises(Conflict, match="needs a pilot"):
            service.give_back(work, unit, by="ona", in_the_air=True, at=AT)
        with pytest.raises(Conflict, match="ona has the control"):
            service.give_back(work, unit, by="janis", in_the_air=False, at=AT)
        service.give_back(work, unit, by="dana", in_the_air=False, for_another=True, at=AT)
        assert service.of(work.session, unit.id) == service.Control()


STEPS = st.lists(st.tuples(st.sampled_from(["take", "offer", "accept", "decline", "give"]), st.sampled_from("ab")))


@given(STEPS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_walk_of_steps_gives_it_to_who_did_not_take_or_accept_it(
    store: Store, unit: UnitRow, steps: list[tuple[str, str]]
) -> None:
    with contextlib.suppress(Undone), store.write() as work:
        for step, by in steps:
            before = service.of(work.session, unit.id)
            after = tried(work, unit, step, by)
            if after.holder != before.holder and after.holder is not None:
                assert (step, after.holder) in {("take", by), ("accept", by)}
                assert before.holder is None or before.offered_to == by
        raise Undone


class Undone(Exception):
    """Leaves the database as it was for the next walk."""


def tried(work: Work, unit: UnitRow, step: str, by: str) -> service.Control:
    """How things stand after `by` tried a step."""
    try:
        if step == "offer":
            service.offer(work, unit, by=by, to="b" if by == "a" else "a", at=AT)
        elif step == "give":
            service.give_back(work, unit, by=by, in_the_air=False, at=AT)
        else:
            {"take": service.take, "accept": service.accept, "decline": service.decline}[step](work, unit, by=by, at=AT)
    except Conflict:
        pass
    return service.of(work.session, unit.id)
