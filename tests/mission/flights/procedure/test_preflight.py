"""A flight before its start: each step in its turn, silence tried again, what is found in the air."""

import pytest

from mission.flights.procedure import FlightOutcome, ProcedureOutput, ProcedureStart
from mission.flights.procedure.events import (
    BoardCompared,
    ChecksRun,
    OrderAnswer,
    OrderAnswered,
    StartAllowed,
    StartWithheld,
    StateHeard,
    StepFailed,
    Ticked,
    VehicleConnected,
)
from mission.flights.procedure.outputs import GroundStep, OrderWanted, StepWanted, VehicleOrder
from mission.flights.states import FlightState
from telemetry.messages import written
from tests.mission.flights.procedure.said import PLAN, TIMEOUTS, begun, result_of, said, upload_failed, uploaded

BEFORE_UPLOAD = (VehicleConnected(), StateHeard(said()), ChecksRun())
ON_BOARD = (*BEFORE_UPLOAD, uploaded())


def wanted(outputs: list[ProcedureOutput]) -> list[GroundStep | VehicleOrder]:
    """The steps and orders among them."""
    found: list[GroundStep | VehicleOrder] = []
    for output in outputs:
        if isinstance(output, StepWanted):
            found.append(output.step)
        elif isinstance(output, OrderWanted):
            found.append(output.order)
    return found


def test_each_step_follows_from_the_one_before() -> None:
    flight, first = begun(ProcedureStart(plan=PLAN))
    asked = wanted(first)
    for event in (*ON_BOARD, StartAllowed("pilot"), BoardCompared(None), ChecksRun()):
        asked += wanted(flight.take(event, 0))
    assert asked == [
        "connect",
        "run the checks",
        "put the plan on board",
        "read the plan back",
        "run the checks",
        "start",
    ]


def test_an_upload_that_falls_silent_is_tried_again_and_one_that_is_refused_is_not() -> None:
    flight, _ = begun(ProcedureStart(plan=PLAN))
    for event in BEFORE_UPLOAD:
        flight.take(event, 0)
    assert wanted(flight.take(upload_failed(silent=True), 1)) == []
    assert wanted(flight.take(Ticked(), 1 + TIMEOUTS.ask_again_s)) == [GroundStep.UPLOAD]
    result = result_of(flight.take(upload_failed(silent=False), 9))
    assert result is not None
    assert (result.outcome, str(result.why).startswith("the geofence could not be put on board")) == ("refused", True)


def test_a_confirmation_that_is_taken_back_while_the_checks_run_starts_nothing() -> None:
    flight, _ = begun(ProcedureStart(plan=PLAN))
    for event in (*ON_BOARD, StartAllowed("pilot"), BoardCompared(None), StartWithheld(), ChecksRun(), Ticked()):
        assert VehicleOrder.START not in wanted(flight.take(event, 0))
    assert wanted(flight.take(StartAllowed("pilot"), 1)) == [GroundStep.COMPARE]


def test_a_refused_start_is_ordered_again_only_after_the_plan_and_the_checks() -> None:
    flight, _ = begun(ProcedureStart(plan=PLAN))
    for event in (*ON_BOARD, StartAllowed("pilot"), BoardCompared(None), ChecksRun()):
        flight.take(event, 0)
    flight.take(OrderAnswered(VehicleOrder.START, OrderAnswer.REFUSED, written("no compass")), 1)
    asked = wanted(flight.take(Ticked(), 1 + TIMEOUTS.ask_again_s))
    for event in (BoardCompared(None), ChecksRun()):
        asked += wanted(flight.take(event, 4))
    assert asked == ["read the plan back", "run the checks", "start"]


def test_a_start_whose_answer_is_lost_is_followed_and_not_ordered_again() -> None:
    flight, _ = begun(ProcedureStart(plan=PLAN))
    for event in (*ON_BOARD, StartAllowed("pilot"), BoardCompared(None), ChecksRun()):
        flight.take(event, 0)
    flight.take(OrderAnswered(VehicleOrder.START, OrderAnswer.SILENT, written("no answer")), 6)
    assert flight.state is FlightState.FLYING
    for second in range(7, 7 + int(TIMEOUTS.take_off_s)):
        assert wanted(flight.take(StateHeard(said()), second)) == []
    result = result_of(flight.take(StateHeard(said()), 8 + TIMEOUTS.take_off_s))
    assert result is not None
    assert result.outcome is FlightOutcome.ABORTED


def test_a_vehicle_that_others_have_armed_is_left_to_them() -> None:
    flight, _ = begun(ProcedureStart(plan=PLAN))
    for event in (*ON_BOARD, StateHeard(said(armed=True)), StartAllowed("pilot"), BoardCompared(None), ChecksRun()):
        assert VehicleOrder.START not in wanted(flight.take(event, 0))


@pytest.mark.parametrize(
    ("state", "confirmed", "goes_on"),
    [
        (FlightState.FLYING, True, True),
        (FlightState.READY, True, True),
        (FlightState.READY, False, False),
        (FlightState.SCHEDULED, True, False),
    ],
)
def test_what_is_found_in_the_air_is_followed_where_it_is_this_flight(
    state: FlightState, confirmed: bool, goes_on: bool
) -> None:
    flight, _ = begun(ProcedureStart(state, PLAN, confirmed=confirmed, taken_up=written("picked up")))
    flight.take(VehicleConnected(), 0)
    outputs = flight.take(StateHeard(said(in_air=True)), 1)
    assert (result_of(outputs) is None) == goes_on
    if goes_on:
        assert flight.state is FlightState.FLYING
        assert wanted(outputs) == [GroundStep.COMPARE_MISSION]


def test_a_flight_in_the_air_is_called_for_as_long_as_for_one_that_falls_silent() -> None:
    flight, [connect] = begun(ProcedureStart(FlightState.FLYING, PLAN))
    assert isinstance(connect, StepWanted)
    assert connect.timeout_s == TIMEOUTS.give_up_s
    result = result_of(flight.take(StepFailed(written("no vehicle answered"), silent=True), TIMEOUTS.give_up_s))
    assert result is not None
    assert result.outcome is FlightOutcome.LOST
