"""The worker that looks for what nobody acknowledges: by the server's clock, and once in a cluster."""

from datetime import timedelta

import pytest

from incidents.merging import default_rules
from incidents.shifts import service as shifts
from incidents.timeline import service as timeline
from incidents.timeline.acceptance import accept
from mapserver.core.services import Services
from mapserver.escalation.worker import LEASE, EscalationWorker
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.leases import LeaseOwner
from telemetry.leases import service as leases
from telemetry.scopes import LIVE
from tests.builders import NOON, observation


@pytest.fixture
def clock(parts: Services) -> ManualClock:
    clock = ManualClock(NOON)
    parts.clock = clock
    return clock


@pytest.fixture
def incident(parts: Services, clock: ManualClock) -> str:
    """A fight, severity 5: 120 s by the defaults."""
    with parts.store.write() as work:
        receipt = accept(work, [observation(category="fight")], now=clock.now(), rules=default_rules())[0]
    return receipt.incident_id or ""


def on_shift(parts: Services, *names: str) -> None:
    for name in names:
        with parts.store.write() as work:
            shifts.plan(
                work, City("dobele"), LIVE, person=name, role=Role.COORDINATOR, begins=NOON - timedelta(hours=1),
                ends=NOON + timedelta(hours=7), by="head", now=NOON,
            )  # fmt: skip


def escalations(parts: Services, incident: str) -> int:
    with parts.store.read() as session:
        return [entry["kind"] for entry in timeline.timeline(session, incident)].count("escalation")


def test_it_looks_by_the_servers_clock(parts: Services, clock: ManualClock, incident: str) -> None:
    on_shift(parts, "anna", "janis")
    worker = EscalationWorker(parts)
    clock.advance(119)
    worker.look()
    assert escalations(parts, incident) == 0
    clock.advance(1)
    worker.look()
    worker.look()
    assert escalations(parts, incident) == 1
    worker.stop()


def test_a_town_that_plans_no_shifts_escalates_nothing(parts: Services, clock: ManualClock, incident: str) -> None:
    clock.advance(3_600)
    EscalationWorker(parts).look()
    assert escalations(parts, incident) == 0


def test_it_does_nothing_while_it_is_another_servers_turn(parts: Services, clock: ManualClock, incident: str) -> None:
    on_shift(parts, "anna", "janis")
    other = LeaseOwner("another server")
    with parts.store.write() as work:
        assert leases.take(work.session, LEASE, other, lasts_s=60)
    clock.advance(300)
    worker = EscalationWorker(parts)
    worker.look()
    assert escalations(parts, incident) == 0
    with parts.store.write() as work:
        leases.give_back(work.session, {LEASE: 1}, other)
    worker.look()
    assert escalations(parts, incident) == 1
    worker.stop()
