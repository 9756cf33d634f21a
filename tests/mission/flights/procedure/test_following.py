"""A flight after its start: what counts as done, where it was lost, who changed its mission, how it comes back."""

import pytest

from mission.flights.orders import Order, OrderKind
from mission.flights.procedure import FlightOutcome
from mission.flights.procedure.events import (
    OrderAnswer,
    OrderAnswered,
    PilotOrdered,
    PilotStopped,
    StateHeard,
    Ticked,
)
from mission.flights.procedure.outputs import OrderWanted, RecordWanted, VehicleOrder
from mission.flights.states import FlightState
from telemetry.messages import written
from telemetry.positions import moved
from tests.mission.flights.procedure.said import TIMEOUTS, result_of, said, started
from tests.telemetry.vehicles.links import HOME


@pytest.mark.parametrize(
    ("east_m", "counted", "words"),
    [
        pytest.param(4, 2, "all 3", id="at home with the word for the return lost, all is done"),
        pytest.param(4, 1, "1 of 3", id="at home before the last point, that was not reached"),
        pytest.param(80, 2, "2 of 3", id="in a field, the return was not done"),
    ],
)
def test_a_landing_counts_what_was_done(east_m: float, counted: int, words: str) -> None:
    flight = started()
    flight.take(StateHeard(said(moved(HOME, east_m=80, north_m=60), counted, in_air=True)), 10)
    result = result_of(flight.take(StateHeard(said(moved(HOME, east_m=east_m, north_m=0), counted)), 60))
    assert result is not None
    assert (result.outcome, str(result.why)) == (FlightOutcome.LANDED, f"landed after {words} items")


def test_no_more_is_counted_than_there_is_and_nothing_before_the_take_off() -> None:
    flight = started()
    flight.take(StateHeard(said(done=4, armed=True)), 1)
    flight.take(StateHeard(said(done=1, in_air=True)), 5)
    result = result_of(flight.take(StateHeard(said(done=1)), 60))
    assert result is not None
    assert (result.items_reached, result.items, result.complete) == (1, 3, False)
    flight = started()
    flight.take(StateHeard(said(done=4, in_air=True)), 5)
    result = result_of(flight.take(StateHeard(said(done=4)), 60))
    assert result is not None
    assert (result.items_reached, result.items) == (3, 3)


def test_a_mission_that_somebody_else_changes_is_named_and_never_landed_with_all_items() -> None:
    flight = started()
    flight.take(StateHeard(said(done=1, in_air=True)), 5)
    changed = StateHeard(said(done=3, in_air=True, changed="4 items are on board, 3 were read back"))
    told = [
        str(output.words) for output in flight.take(changed, 8) if isinstance(output, RecordWanted) and output.words
    ]
    assert told == ["the mission on board was changed by somebody else: 4 items are on board, 3 were read back"]
    told = [str(one.words) for one in flight.take(changed, 8) if isinstance(one, RecordWanted) and one.words]
    assert told == []
    result = result_of(flight.take(StateHeard(said(done=3)), 60))
    assert result is not None
    assert (result.outcome, result.complete, result.items_reached) == (FlightOutcome.LANDED, False, 1)
    assert "somebody else changed its mission in flight" in str(result.why)


def test_a_flight_that_is_lost_says_where_it_was_last_seen() -> None:
    flight = started()
    flight.take(StateHeard(said(in_air=True)), 5)
    result = result_of(flight.take(Ticked(), 5 + TIMEOUTS.give_up_s))
    assert result is not None
    assert result.outcome is FlightOutcome.LOST
    assert "it was last seen at 56.620000, 23.280000, 20 m above home: look for it there" in str(result.why)


def test_motors_stopped_in_the_air_end_with_the_landing_on_record() -> None:
    flight = started()
    flight.take(StateHeard(said(in_air=True)), 5)
    flight.take(PilotOrdered(Order(OrderKind.STOP), "pilot"), 6)
    assert flight.state is FlightState.ABORTED
    outputs = flight.take(StateHeard(said()), 10)
    [told] = [output for output in outputs if isinstance(output, RecordWanted) and output.words]
    assert (str(told.words), told.landed) == ("on the ground", True)
    result = result_of(outputs)
    assert result is not None
    assert result.outcome is FlightOutcome.ABORTED


def test_stopped_before_it_took_off_is_not_started() -> None:
    flight = started()
    flight.take(StateHeard(said(armed=True)), 1)
    assert OrderWanted(VehicleOrder.DISARM) in flight.take(PilotStopped(), 2)
    flight.take(OrderAnswered(VehicleOrder.DISARM, OrderAnswer.TAKEN), 3)
    result = result_of(flight.take(StateHeard(said()), 3 + TIMEOUTS.settle_s))
    assert result is not None
    assert result.outcome is FlightOutcome.NOT_STARTED


def test_a_return_is_asked_for_until_it_is_taken() -> None:
    flight = started()
    flight.take(StateHeard(said(in_air=True)), 1)
    assert OrderWanted(VehicleOrder.RETURN) in flight.take(PilotStopped(), 2)
    flight.take(OrderAnswered(VehicleOrder.RETURN, OrderAnswer.SILENT, written("no answer")), 3)
    assert flight.take(Ticked(), 3 + TIMEOUTS.ask_again_s) == [OrderWanted(VehicleOrder.RETURN)]


def test_a_vehicle_that_stays_armed_on_the_ground_is_disarmed_when_its_time_to_take_off_is_over() -> None:
    flight = started()
    outputs = flight.take(StateHeard(said(armed=True)), TIMEOUTS.take_off_s + 1)
    assert OrderWanted(VehicleOrder.DISARM) in outputs
