"""A clock that jumps never deletes: whatever the clock does, nothing goes before its time has really passed."""

import asyncio
import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlmodel import SQLModel

from incidents.timeline.acceptance import accept as take
from mapserver.core.forgetting import ForgettingGuard
from mapserver.core.services import Services
from mapserver.faults import Amiss, Faults
from mapserver.intake.flow import DeviceMessage, forget_waiting, receive
from mapserver.retention.flow import retention_desk
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.clock import ManualClock
from telemetry.observations import repository as observations
from telemetry.store import Store
from telemetry.trusted_time import LONGEST_OFF, TOLERANCE, Uptime
from telemetry.visibility import EVERYTHING
from tests.builders import NOON, observation

TABLES = ("program_state", "observations", "audit")
ADMIN = Principal("admin", Role.ADMIN, None)
THREE_YEARS_S = 3 * 365 * 86_400.0


class Machine:
    """A machine with a clock that can be set wrong, and that can be started anew."""

    def __init__(self, at: datetime) -> None:
        self.clock = ManualClock(at)
        self._boot = 0

    def uptime(self) -> Uptime:
        return Uptime(str(self._boot), self.clock.running_s())

    def restart(self) -> None:
        self._boot += 1

    def guard(self, store: Store) -> ForgettingGuard:
        """Of a program that starts now."""
        return ForgettingGuard(store, clock=self.clock, uptime=self.uptime)


@pytest.fixture
def machine(parts: Services) -> Machine:
    made = Machine(NOON)
    parts.clock = made.clock
    parts.uptime = made.uptime
    return made


def accept(parts: Services, ref: str = "1") -> None:
    with parts.store.write() as work:
        seen = observation(ref, category="vehicle_seen")
        take(work, [seen], now=parts.clock.now(), rules=parts.rules)


def kept(parts: Services) -> int:
    with parts.store.read() as session:
        return len(observations.latest(session, EVERYTHING, limit=100))


def test_a_server_started_three_years_ahead_deletes_nothing_and_says_so(parts: Services, machine: Machine) -> None:
    accept(parts)
    machine.clock.step(THREE_YEARS_S)
    assert retention_desk(parts).forget() == 0
    assert kept(parts) == 1
    found = parts.forgetting.inspection().look()
    assert isinstance(found, Amiss)
    assert "1,095 days ahead of" in str(found.what)
    assert "vanagas retention confirm" in str(found.remedy)


def test_a_message_in_quarantine_goes_when_its_time_is_over_and_not_when_the_clock_jumps(
    parts: Services, machine: Machine
) -> None:
    accept(parts)
    seen = {"id": "1.2-a", "camera": "nobody's", "label": "car", "score": 0.8, "start_time": NOON.timestamp()}
    message = DeviceMessage("frigate", json.dumps({"type": "new", "before": seen, "after": seen}).encode())
    (receipt,) = asyncio.run(receive(parts, message))
    assert receipt["outcome"] == "quarantined"
    machine.clock.step(THREE_YEARS_S)
    assert forget_waiting(parts) == 0
    machine.clock.step(-THREE_YEARS_S)
    machine.clock.advance(parts.settings.plates.keep_hours * 3_600 - 1)
    assert forget_waiting(parts) == 0
    machine.clock.advance(2)
    assert forget_waiting(parts) == 1


def test_the_jump_is_logged_once_and_its_end_once(
    parts: Services, machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    accept(parts)
    faults, inspection = Faults(machine.clock), parts.forgetting.inspection()
    machine.clock.step(THREE_YEARS_S)
    for _ in range(3):
        faults.take(inspection)
    machine.clock.step(-THREE_YEARS_S)
    for _ in range(3):
        faults.take(inspection)
    assert [record.levelname for record in caplog.records if "retention" in record.getMessage()] == ["ERROR", "INFO"]


def test_forgetting_goes_on_once_the_clock_is_confirmed_and_the_audit_trail_says_who(
    parts: Services, machine: Machine
) -> None:
    accept(parts)
    machine.clock.step(THREE_YEARS_S)
    assert parts.forgetting.due_by() is None
    parts.forgetting.confirm(ADMIN)
    assert retention_desk(parts).forget() == 1
    with parts.store.read() as session:
        actions = [entry["action"] for entry in audit.latest(session, EVERYTHING, limit=5)]
    assert actions == ["forget", "confirm_clock"]


def test_a_word_on_the_command_line_reaches_the_running_server(parts: Services, machine: Machine) -> None:
    accept(parts)
    machine.clock.step(THREE_YEARS_S)
    assert parts.forgetting.due_by() is None
    machine.guard(parts.store).confirm(ADMIN)
    assert parts.forgetting.due_by() == machine.clock.now()


def test_a_hold_stays_in_force_while_the_clock_is_ahead(parts: Services, machine: Machine) -> None:
    accept(parts)
    parts.forgetting.renew()
    machine.clock.advance(600)
    machine.clock.step(THREE_YEARS_S)
    assert parts.forgetting.earliest_now() == NOON + timedelta(seconds=600)


def test_an_administrator_confirms_over_the_api_and_nobody_else_does(
    parts: Services, machine: Machine, client: TestClient, as_role: Callable[..., dict[str, str]]
) -> None:
    accept(parts)
    admin = as_role(Role.ADMIN, None)
    parts.forgetting.renew()
    machine.clock.step(7_200)
    pilot = as_role(Role.PILOT)
    admin = as_role(Role.ADMIN, None)
    assert client.get("/api/v1/retention", headers=admin).json() == {"held": True, "clock_off_s": 7_200.0}
    assert client.post("/api/v1/retention/confirm", headers=pilot).status_code == 403
    assert client.post("/api/v1/retention/confirm", headers=admin).json()["held"] is False
    assert client.get("/api/v1/retention", headers=admin).json()["held"] is False


class AnyClock(RuleBasedStateMachine):
    """Time passes, the clock is set, program and machine are started anew, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(f"sqlite:///{self.folder.name}/vanagas.db")
        tables = SQLModel.metadata.tables
        SQLModel.metadata.create_all(self.store.engine, [tables[name] for name in TABLES])
        self.machine = Machine(NOON)
        self._start_program()
        self.passed = timedelta(0)
        self.steps = 0
        self.restarts = 0

    @rule(passed=st.timedeltas(timedelta(0), timedelta(days=30)))
    def time_passes(self, passed: timedelta) -> None:
        self.machine.clock.advance(passed.total_seconds())
        self.passed += passed

    @rule(step=st.timedeltas(-2 * TOLERANCE, 2 * TOLERANCE) | st.timedeltas(timedelta(days=-999), timedelta(days=999)))
    def the_clock_is_set(self, step: timedelta) -> None:
        self.machine.clock.step(step.total_seconds())
        self.steps += 1

    @rule()
    def the_clock_is_noted(self) -> None:
        self.guard.renew()

    @rule()
    def the_program_starts_anew(self) -> None:
        self._start_program()

    @rule()
    def the_machine_starts_anew(self) -> None:
        self.machine.restart()
        self.restarts += 1
        self._start_program()

    @invariant()
    def nothing_is_due_before_its_time(self) -> None:
        due_by = self.guard.due_by()
        # What is believed of each setting, and of each start of the machine, is bounded; years are none of it.
        slack = self.steps * TOLERANCE + self.restarts * LONGEST_OFF
        assert due_by is None or due_by <= NOON + self.passed + slack

    @invariant()
    def a_hold_never_ends_before_its_time(self) -> None:
        slack = self.steps * TOLERANCE + self.restarts * LONGEST_OFF
        assert self.guard.earliest_now() <= NOON + self.passed + slack

    def _start_program(self) -> None:
        self.guard = self.machine.guard(self.store)
        self.guard.renew()  # as the server does at its start, and every minute

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestAnyClock = AnyClock.TestCase
TestAnyClock.settings = hypothesis_settings(max_examples=25, stateful_step_count=20)
