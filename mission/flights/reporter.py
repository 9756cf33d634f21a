"""Tells what happens in a flight that the server runs: to its recorder, to the live map, and what it warns of.

Waits for nothing, the database least of all. Decides nothing.
"""

from collections.abc import Callable, Sequence

from mission.checks.policy import Policy
from mission.flights.facts import FlightFacts
from mission.flights.procedure import FlightProcedure
from mission.flights.procedure.outputs import GraveNotice, PointWanted, RecordWanted
from mission.flights.recorder import FlightRecorder
from mission.flights.records import ReportRecord, StateRecord, WarningRecord, WordRecord
from mission.flights.states import IN_THE_AIR, OVER, FlightState
from mission.flights.warnings import FlightWarning, FlightWatch, Neighbour
from telemetry.clock import Clock
from telemetry.links.watch import LinkState
from telemetry.messages import Message
from telemetry.store import Store
from telemetry.units import service as units
from telemetry.units.service import UnitReport
from telemetry.vehicles import Instruments, VehicleState

LONGEST_KIND = 120
"""Characters of a warning's kind: a vehicle may say more than a reference holds."""


class FlightReporter:
    """Of one flight; a `FlightObserver` of the engine."""

    def __init__(
        self,
        facts: FlightFacts,
        recorder: FlightRecorder,
        procedure: FlightProcedure,
        *,
        store: Store,
        clock: Clock,
        policy: Policy,
        neighbours: Callable[[str], Sequence[Neighbour]],
    ) -> None:
        """Of `procedure` only the state is read; `store` is told news, and neither read nor written."""
        self._facts = facts
        self._recorder = recorder
        self._procedure = procedure
        self._store = store
        self._clock = clock
        self._neighbours = neighbours
        self._watch = FlightWatch(facts.route, policy)
        self._instruments: Instruments | None = None

    def record(self, record: RecordWanted) -> None:
        now = self._clock.now()
        if record.state is not None and record.words is not None:
            status = record.unit_status or record.state.value
            self._recorder.record(
                StateRecord(
                    at=now,
                    state=record.state,
                    who=record.who,
                    why=record.words,
                    unit_status=status,
                    landed=record.landed,
                    items_reached=record.items_reached,
                    instruments=self._instruments,
                )
            )
        elif record.words is not None:
            self._recorder.record(
                WordRecord(
                    at=now,
                    state=self._procedure.state,
                    who=record.who,
                    why=record.words,
                    unit_status=record.unit_status,
                    landed=record.landed,
                    instruments=self._instruments,
                )
            )

    def point(self, point: PointWanted) -> None:
        said = point.said
        state = self._procedure.state
        self._instruments = Instruments.read(said)
        self._recorder.record(
            ReportRecord(
                at=said.at,
                position=said.position,
                relative_alt_m=said.relative_alt_m,
                heading_deg=said.heading_deg,
                speed_m_s=said.ground_speed_m_s,
                battery=said.battery,
                items_reached=point.items_reached,
                unit_status=state.value,
                on_track=point.on_track,
                instruments=self._instruments,
            )
        )
        if point.on_track and said.in_air:
            for kind, words in self._watch.look(said, state, self._neighbours(self._facts.id)):
                self.record(RecordWanted("warning", Message("flights.warning", words=words)))
                self._warn(kind, words, said)

    def show(self, said: VehicleState) -> None:
        self._instruments = Instruments.read(said)
        units.apply(
            self._facts.unit,
            UnitReport(
                at=said.at,
                position=said.position,
                heading_deg=said.heading_deg,
                battery=said.battery,
                status=self._procedure.state.value,
                height_m=said.relative_alt_m,
                instruments=self._instruments,
            ),
        )
        self._store.announce(units.change(self._facts.unit))

    def show_link(self, state: LinkState) -> None:
        if self._instruments is not None:
            self._instruments = self._instruments.on_link(state)
            self._facts.unit.instruments = self._instruments.as_json()
            self._store.announce(units.change(self._facts.unit))

    def grave(self, notice: GraveNotice) -> None:
        self._warn(f"vehicle {notice.text}"[:LONGEST_KIND], Message("flights.it_says", text=notice.text), notice.said)

    def fault(self, error: Exception) -> None:
        """The program has failed at this flight: in the air it is taken up again, on the ground it is given up."""
        why = Message("flights.program_fault", kind=type(error).__name__, reason=str(error))
        if self._procedure.state in IN_THE_AIR:
            self.record(RecordWanted("", why))
        elif self._procedure.state not in OVER:
            self.record(RecordWanted("", why, state=FlightState.ABORTED, unit_status="idle"))

    def _warn(self, kind: str, words: Message, said: VehicleState) -> None:
        facts = self._facts
        warning = FlightWarning(
            flight_id=facts.id,
            unit_id=facts.unit.id,
            city=facts.city,
            kind=kind,
            at=said.at,
            position=said.position,
            words=words,
        )
        self._recorder.record(WarningRecord(warning))
