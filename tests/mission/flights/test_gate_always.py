"""Whatever changes in whatever order, a flight is scheduled exactly when nothing stands in its way.

The machine keeps its own small picture of zones, weather, permits, papers and acknowledgements, and never asks a check.
"""

import contextlib
import tempfile
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlmodel import col, select

from mapserver.migrations import METADATA
from mission.airspace import permit_store
from mission.airspace.heights import FROM_GROUND, NO_LIMIT
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from mission.flights import gate, repository, service
from mission.flights.check_inputs import ProposedFlight, Standards, judge
from mission.flights.states import FlightState
from mission.flights.tables import FlightCheckRow, FlightEventRow, FlightRow
from mission.plans.tables import PlanRow
from mission.registry import service as registry
from telemetry.cities import City
from telemetry.errors import Conflict, FlightBlocked
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.visibility import EVERYTHING
from tests.mission.checks.builders import papers
from tests.mission.flights.builders import AT, FAR, PILOT, a_drone, a_plan, ed269, good_weather, in_order, zones_known
from tests.telemetry.vehicles.links import HOME

STANDARDS = Standards({City("dobele"): Policy(duty_h=100, flying_h=24)})
RESTRICTIONS = ("PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL", "NO_RESTRICTION")


class Gate(RuleBasedStateMachine):
    """One drone, one pilot, one plan at a time; every flight in a slot of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(f"sqlite:///{Path(self.folder.name) / 'gate.db'}")
        METADATA.create_all(self.store.engine)
        a_drone(self.store)
        self.plan: PlanRow = a_plan(self.store)
        self.calm, self.zone, self.permit_id, self.insured = False, "none", "", True
        self.acknowledged: set[tuple[str, str]] = set()
        self.slot = 0
        self.scheduled: list[str] = []

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def all_is_well(self) -> None:
        zones_known(self.store)
        self.zone = "none"
        self.the_weather_changes(calm=True)
        self.the_pilot_acknowledges("recording")

    def clear(self) -> bool:
        """Whether a new flight of the present plan may be scheduled, by the machine's own picture."""
        zone_free = self.zone in ("none", "NO_RESTRICTION")
        zone_free |= self.zone == "REQ_AUTHORISATION" and bool(self.permit_id)
        zone_free |= self.zone == "CONDITIONAL" and (self.plan.id, "LVX") in self.acknowledged
        return self.calm and self.insured and zone_free and (self.plan.id, "recording") in self.acknowledged

    @rule(calm=st.booleans())
    def the_weather_changes(self, calm: bool) -> None:
        good_weather(self.store, AT, wind_m_s=3 if calm else 25)
        self.calm = calm

    @rule(restriction=st.sampled_from(("none", *RESTRICTIONS)))
    def the_zones_change(self, restriction: str) -> None:
        if restriction == self.zone:
            return
        around = [] if restriction == "none" else [ed269("LVX", HOME.lon, HOME.lat, restriction)]
        zones_known(self.store, *around)
        self.zone = restriction

    @rule()
    def a_permit_comes_or_goes(self) -> None:
        with self.store.write() as work:
            if self.permit_id:
                permit_store.withdraw(work, permit_store.get(work.session, self.permit_id, EVERYTHING), at=AT, by=PILOT)
                self.permit_id = ""
                return
            self.permit_id = permit_store.store(
                work, city=City("dobele"), reference="P-1", begins=AT - timedelta(hours=1), ends=AT + timedelta(days=1),
                at=AT, by=PILOT, zones=["LVX"], lower=FROM_GROUND, upper=NO_LIMIT, scope=LIVE).id  # fmt: skip

    @rule()
    def the_insurance_ends_or_is_renewed(self) -> None:
        self.insured = not self.insured
        if self.insured:
            in_order(self.store)
            return
        ended = papers(operator={"registered_until": FAR, "insurance_until": date(2020, 1, 1), "authorisation": None})
        assert ended.operator
        with self.store.write() as work:
            registry.enter(work, "dobele", ended.operator, city=City("dobele"), by="s", at=AT, scope=LIVE)

    @rule(acknowledged=st.booleans())
    def another_plan_is_made(self, acknowledged: bool) -> None:
        self.plan = a_plan(self.store)
        if acknowledged:
            self.the_pilot_acknowledges("recording")

    @rule(subject=st.sampled_from(("recording", "LVX")))
    def the_pilot_acknowledges(self, subject: str) -> None:
        with self.store.write() as work, contextlib.suppress(Conflict):
            unit = service.fit_unit(work.session, self.plan, "drone-1", at=AT, now=AT)
            asked = judge(work.session, ProposedFlight(self.plan, unit, PILOT, AT), STANDARDS, now=AT)
            asks = subject in {verdict.subject for verdict in asked if verdict.level is Level.ACKNOWLEDGE}
            gate.acknowledge(work.session, asked, [subject], plan_id=self.plan.id, flight_id=None, by=PILOT, at=AT)
            assert asks
            self.acknowledged.add((self.plan.id, subject))

    @invariant()
    def scheduling_succeeds_exactly_when_all_is_clear(self) -> None:
        if self.slot >= 4 and self.clear():
            return  # enough flights to go on with
        at = AT + timedelta(minutes=5 * self.slot)
        try:
            with self.store.write() as work:
                made = service.schedule(
                    work, self.plan, unit_id="drone-1", at=at, pilot=PILOT, now=AT, standards=STANDARDS
                )
        except FlightBlocked as refused:
            assert refused.verdicts
            assert not self.clear()
            return
        assert self.clear()
        self.slot += 1
        self.scheduled.append(made.id)

    @rule()
    def somebody_tries_to_get_round(self) -> None:
        with self.store.write() as work:
            row = FlightRow(
                id=f"by-hand-{self.slot}-{len(self.acknowledged)}", city=City("dobele"), unit_id="drone-1",
                plan_id=self.plan.id, zone_id=self.plan.zone_id, name="by hand", pilot=PILOT,
                scheduled_at=AT + timedelta(days=2), planned_s=60, updated_at=AT, scope=LIVE)  # fmt: skip
            work.session.add(row)
            work.session.flush()
            try:
                service.move_to(work, row, FlightState.SCHEDULED, who="x", why="x", at=AT)
            except FlightBlocked:
                work.session.delete(row)
                return
        raise AssertionError("a flight was scheduled without a check")

    @precondition(lambda self: self.scheduled)
    @rule(data=st.data())
    def a_scheduled_flight_goes_on_board_only_when_clear(self, data: st.DataObject) -> None:
        flight_id = data.draw(st.sampled_from(self.scheduled))
        with self.store.write() as work:
            row = repository.get(work.session, flight_id, EVERYTHING)
            if row.state != FlightState.SCHEDULED:
                return
            may = service.look_again(work, row, STANDARDS, why="again", now=AT)
            try:
                service.move_to(work, row, FlightState.UPLOADING, who="x", why="x", at=AT)
            except FlightBlocked:
                assert not may
                return
            assert may
            assert self.calm
            assert self.insured
            assert self.zone != "PROHIBITED"

    @invariant()
    def every_flight_ever_scheduled_had_a_clean_check_first(self) -> None:
        with self.store.read() as session:
            events = session.exec(select(FlightEventRow).where(FlightEventRow.state == FlightState.SCHEDULED)).all()
            for flight_id in {event.flight_id for event in events}:
                runs = select(FlightCheckRow).where(FlightCheckRow.flight_id == flight_id)
                first = session.exec(runs.order_by(col(FlightCheckRow.id))).first()
                assert first is not None
                assert first.in_the_way == 0
                assert not [v for v in first.verdicts if v["level"] in ("block", "permit", "acknowledge")]


TestGate = Gate.TestCase
TestGate.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
