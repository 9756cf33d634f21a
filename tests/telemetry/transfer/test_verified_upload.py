"""Putting a plan on board: what QGroundControl's mock vehicle is made to do wrong, by its names, and more."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, PlanMessage, RequestList, Result
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.plan_channel import fetch
from telemetry.transfer.plan_receiver import PlanReceiver
from telemetry.transfer.timing import Timing
from telemetry.transfer.verified_upload import OnBoard, UploadOutcome, put_on_board
from tests.telemetry.transfer.vehicles import Link, Plane

KIND = PlanKind.MISSION
OLD = [MissionItem(16, lat=55 + n * 1e-4, lon=23, alt_m=50) for n in range(7)]
NEW = [MissionItem(16, param1=n, lat=56 + n * 1e-4, lon=23, alt_m=60) for n in range(10)]
MANY = [MissionItem(16, param1=n, lat=56, lon=23, alt_m=60) for n in range(100)]
Fault = Callable[[PlanMessage], Sequence[PlanMessage]]


def put(link: Link, *, before: Sequence[MissionItem] | None = None, patience_s: float = 3.0) -> UploadOutcome:
    return asyncio.run(put_on_board(link, NEW, before=before, patience_s=patience_s))


def first(what: type[PlanMessage], times: int = 1, sequence: int | None = None) -> Callable[[PlanMessage], bool]:
    """Whether a message is among the first `times` of its kind (and number)."""
    seen = 0

    def is_one(message: PlanMessage) -> bool:
        nonlocal seen
        if not isinstance(message, what) or (sequence is not None and getattr(message, "sequence", None) != sequence):
            return False
        seen += 1
        return seen <= times

    return is_one


def lost(is_one: Callable[[PlanMessage], bool]) -> Fault:
    return lambda message: [] if is_one(message) else [message]


def instead(is_one: Callable[[PlanMessage], bool], other: PlanMessage) -> Fault:
    return lambda message: [other] if is_one(message) else [message]


EVER = 10**9
ERROR = Ack(KIND, Result.ERROR)

HEALED: dict[str, tuple[Fault | None, Fault | None]] = {
    "FailReadRequestListFirstResponse": (None, lost(first(Count))),
    "FailReadRequest0FirstResponse": (None, lost(first(Item, sequence=0))),
    "FailReadRequest1FirstResponse": (None, lost(first(Item, sequence=1))),
    "FailReadRequest0IncorrectSequence": (None, instead(first(Item, sequence=0), Item(KIND, 1, NEW[1]))),
    "FailReadRequest1IncorrectSequence": (None, instead(first(Item, sequence=1), Item(KIND, 2, NEW[2]))),
    "FailReadRequest0ErrorAck": (None, instead(first(Item, sequence=0), ERROR)),
    "FailReadRequest1ErrorAck": (None, instead(first(Item, sequence=1), ERROR)),
    "FailWriteMissionCountFirstResponse": (None, lost(first(ItemRequest))),
    "FailWriteRequest0IncorrectSequence": (None, instead(first(ItemRequest, sequence=0), ItemRequest(KIND, 1))),
    "FailWriteRequest1IncorrectSequence": (None, instead(first(ItemRequest, sequence=1), ItemRequest(KIND, 2))),
    "FailWriteRequest0ErrorAck": (None, instead(first(ItemRequest, sequence=0), ERROR)),
    "FailWriteRequest1ErrorAck": (None, instead(first(ItemRequest, sequence=1), ERROR)),
    "FailWriteRequest1NoResponse once": (None, lost(first(ItemRequest, sequence=1))),
    "FailWriteFinalAckNoResponse": (None, lost(first(Ack, EVER))),
    "FailWriteFinalAckErrorAck": (None, instead(first(Ack), ERROR)),
    "FailWriteFinalAckMissingRequests": (None, instead(first(ItemRequest, sequence=5), Ack(KIND, Result.ACCEPTED))),
}
"""Troubles that pass: the new plan is on board in the end."""

LASTING: dict[str, tuple[Fault | None, Fault | None, OnBoard]] = {
    "FailReadRequestListNoResponse": (None, lost(first(Count, EVER)), OnBoard.UNKNOWN),
    "FailReadRequest0NoResponse": (None, lost(first(Item, EVER, 0)), OnBoard.UNKNOWN),
    "FailReadRequest1NoResponse": (None, lost(first(Item, EVER, 1)), OnBoard.UNKNOWN),
    "FailWriteMissionCountNoResponse": (lost(first(Count, EVER)), None, OnBoard.OLD),
    "FailWriteRequest1NoResponse": (lost(first(Item, EVER, 1)), None, OnBoard.OLD),
    "every transfer refused": (None, instead(first(ItemRequest, EVER), Ack(KIND, Result.NO_SPACE)), OnBoard.OLD),
}
"""Troubles that stay: what is on board is said."""


def troubled(plane: Plane, up: Fault | None, down: Fault | None) -> Link:
    link = Link(plane)
    link.to_plane = up or link.to_plane
    link.to_ground = down or link.to_ground
    return link


@pytest.mark.parametrize("name", HEALED)
def test_a_passing_trouble_ends_with_the_new_plan_on_board(name: str) -> None:
    plane = Plane(list(OLD))
    outcome = put(troubled(plane, *HEALED[name]), before=OLD)
    assert outcome.on_board is OnBoard.NEW, outcome.why
    assert plane.items == NEW


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_trouble_ends_in_a_word_that_is_true(name: str) -> None:
    up, down, expected = LASTING[name]
    plane = Plane(list(OLD))
    outcome = put(troubled(plane, up, down), before=OLD)
    assert outcome.on_board is expected, outcome.why
    if expected is OnBoard.OLD:
        assert plane.items == OLD


def test_what_refusal_was_met_is_said() -> None:
    link = troubled(Plane(list(OLD)), None, instead(first(ItemRequest, EVER), Ack(KIND, Result.NO_SPACE)))
    assert "no space" in str(put(link, before=OLD).why)


def later_than(what: type[PlanMessage], number: int) -> Callable[[PlanMessage], bool]:
    """Whether a message of its kind comes after the first `number` of them."""
    seen = first(what, number)
    return lambda message: isinstance(message, what) and not seen(message)


def test_a_plan_half_written_over_the_old_one_is_undone_by_putting_the_old_one_back() -> None:
    plane = Plane(list(OLD), in_place=True)
    outcome = put(troubled(plane, lost(first(Item, EVER, 4)), None), before=OLD)
    assert outcome.on_board is OnBoard.OLD
    assert plane.items == OLD
    assert "was put back and read back equal" in str(outcome.why)


def test_where_the_old_plan_cannot_be_put_back_the_vehicle_is_cleared() -> None:
    plane = Plane(list(OLD), in_place=True)
    outcome = put(troubled(plane, lost(later_than(Item, 4)), None), before=OLD)
    assert (outcome.on_board, outcome.found, plane.items) == (OnBoard.CLEARED, (), [])
    assert "could not be put back; the vehicle was cleared: nothing is on board" in str(outcome.why)


def test_where_nobody_knows_the_old_plan_a_plan_that_failed_is_cleared() -> None:
    plane = Plane(list(OLD), in_place=True)
    down = lost(lambda message: isinstance(message, Item) and message.item in OLD)
    outcome = put(troubled(plane, lost(first(Item, EVER, 9)), down))
    assert (outcome.on_board, outcome.before, plane.items) == (OnBoard.CLEARED, None, [])


def test_a_plan_that_the_vehicle_takes_but_changes_is_undone() -> None:
    moved = Item(KIND, 2, replace(NEW[2], lat=57.0))
    plane = Plane(list(OLD))
    outcome = put(troubled(plane, instead(first(Item, EVER, 2), moved), None), before=OLD)
    assert (outcome.on_board, outcome.found) == (OnBoard.CLEARED, ())
    assert "item 3, waypoint (command 16), differs in its latitude" in str(outcome.why)


def test_a_vehicle_that_falls_silent_while_the_old_plan_is_put_back_leaves_an_unknown_plan() -> None:
    plane = Plane(list(OLD), in_place=True)
    counts = itertools.count()
    silent = False

    def up(message: PlanMessage) -> Sequence[PlanMessage]:
        nonlocal silent
        if isinstance(message, Count) and next(counts) == 2:
            silent = True
        return [] if silent or (isinstance(message, Item) and message.sequence == 4) else [message]

    outcome = put(troubled(plane, up, None), before=OLD)
    assert (outcome.on_board, outcome.found) == (OnBoard.UNKNOWN, None)
    assert "do not start it" in str(outcome.why)


def test_a_refusal_names_the_item_and_its_command_in_words() -> None:
    items = [*NEW[:2], MissionItem(18, lat=56, lon=23), *NEW[3:]]
    outcome = asyncio.run(put_on_board(Link(Plane(list(OLD), refuses=18)), items, before=OLD))
    assert outcome.on_board is OnBoard.OLD
    assert "refused the mission at item 3, loiter turns (command 18), with: unsupported" in str(outcome.why)


def test_a_vehicle_that_keeps_no_rally_points_takes_none() -> None:
    link = troubled(Plane([]), None, lambda _: [Ack(PlanKind.RALLY, Result.UNSUPPORTED)])
    outcome = asyncio.run(put_on_board(link, [], PlanKind.RALLY))
    assert (outcome.on_board, outcome.found) == (OnBoard.NEW, ())


def test_a_reboot_half_way_is_begun_again() -> None:
    plane = Plane(list(OLD))
    is_fifth = first(Item, sequence=5)

    def reboot(message: PlanMessage) -> Sequence[PlanMessage]:
        if is_fifth(message):
            plane.reboot()
            return []
        return [message]

    outcome = put(troubled(plane, reboot, None), before=OLD)
    assert outcome.on_board is OnBoard.NEW
    assert outcome.attempts == 2


def test_a_second_ground_station_changing_the_plan_is_noticed() -> None:
    plane, others = Plane(list(OLD)), [MissionItem(16, lat=1, lon=1, alt_m=1)]

    def meddle(message: PlanMessage) -> Sequence[PlanMessage]:
        if isinstance(message, RequestList):
            plane.items = list(others)
        return [message]

    outcome = put(troubled(plane, meddle, None), before=OLD)
    assert outcome.on_board is OnBoard.UNKNOWN
    assert outcome.found == tuple(others)


def test_an_empty_plan_clears_the_vehicle() -> None:
    plane = Plane(list(OLD))
    outcome = asyncio.run(put_on_board(Link(plane), [], before=OLD))
    assert outcome.on_board is OnBoard.NEW
    assert plane.items == []


def test_the_old_plan_is_fetched_when_nobody_knows_it() -> None:
    plane = Plane(list(OLD))
    outcome = put(troubled(plane, lost(first(Item, EVER, 1)), None))
    assert outcome.on_board is OnBoard.OLD


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    loss=st.floats(0, 0.3),
    doubled=st.floats(0, 0.1),
    overtaken=st.floats(0, 0.2),
    delay_s=st.floats(0.001, 0.2),
    in_place=st.booleans(),
    nags=st.booleans(),
    puts_off=st.booleans(),
)
def test_through_any_bad_link_the_new_plan_comes_on_board(
    seed: int, loss: float, doubled: float, overtaken: float, delay_s: float, in_place: bool, nags: bool, puts_off: bool
) -> None:
    plane = Plane(list(OLD), in_place=in_place, nags=nags, puts_off=puts_off)
    link = Link(plane, loss, delay_s, delay_s, doubled, overtaken, seed)
    outcome = asyncio.run(put_on_board(link, NEW, before=OLD))
    assert outcome.on_board is OnBoard.NEW, outcome.why
    assert plane.items == NEW


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), loss=st.floats(0.2, 0.3))
def test_a_hundred_items_come_on_board_of_a_vehicle_that_puts_off_asking_and_ends_being_read(
    seed: int, loss: float
) -> None:
    plane = Plane(list(OLD), puts_off=True, ends_reading=True)
    link = Link(plane, loss, 0.001, 0.001, 0.01, 0.01, seed)
    outcome = asyncio.run(put_on_board(link, MANY, before=OLD))
    assert outcome.on_board is OnBoard.NEW, outcome.why
    assert outcome.attempts <= 2  # a lost answer may end a transfer; a livelock ends them all


def test_a_vehicle_that_took_all_it_was_sent_while_no_question_came_through_is_sent_more() -> None:
    plane = Plane(list(OLD), puts_off=True)
    questions = itertools.count()
    link = troubled(
        plane,
        None,
        lambda message: [] if isinstance(message, ItemRequest) and next(questions) in range(1, 6) else [message],
    )
    assert put(link, before=OLD).on_board is OnBoard.NEW
    assert link.now() < 3


def test_an_old_question_that_comes_after_the_end_is_not_waited_on() -> None:
    plane = Plane(list(OLD))
    is_last = first(Ack)
    link = troubled(plane, None, lambda message: [message, ItemRequest(KIND, 0)] if is_last(message) else [message])
    assert asyncio.run(put_on_board(link, MANY, before=OLD)).on_board is OnBoard.NEW
    assert link.now() < 5


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**6), loss=st.floats(0.4, 1.0), in_place=st.booleans())
def test_however_bad_the_link_what_is_said_of_the_plan_is_true(seed: int, loss: float, in_place: bool) -> None:
    plane = Plane(list(OLD), in_place=in_place)
    outcome = asyncio.run(put_on_board(Link(plane, loss, seed=seed), NEW, before=OLD, patience_s=2))
    if outcome.on_board is OnBoard.NEW:
        assert plane.items == NEW
    if outcome.on_board is OnBoard.OLD:
        assert plane.items == OLD
    if outcome.on_board is OnBoard.CLEARED:
        assert plane.items == []


def test_on_a_vehicle_whose_item_0_is_home_jumps_are_led_to_where_their_targets_lie_and_back() -> None:
    plan = [*NEW[:3], MissionItem(Command.JUMP, AltitudeFrame.NO_POSITION, param1=1, param2=2), NEW[3]]
    plane, home = Plane([NEW[9], *OLD], in_place=True), MissionItem(16, AltitudeFrame.AMSL)
    outcome = asyncio.run(put_on_board(Link(plane), plan, home=home))
    assert outcome.on_board is OnBoard.NEW, outcome.why
    assert plane.items[0] == home
    assert plane.items[int(plane.items[4].param1)] == plan[int(plan[3].param1)]
    assert asyncio.run(fetch(Link(plane), home=True)).items == tuple(plan)


def test_a_plan_is_fetched_whole_through_loss() -> None:
    fetched = asyncio.run(fetch(Link(Plane(list(NEW)), loss=0.3, seed=5)))
    assert fetched.items == tuple(NEW)


def test_a_program_that_stood_still_for_longer_than_its_patience_asks_again() -> None:
    fetching = PlanReceiver(KIND, 0.0, Timing(0.0, patience_s=10.0))
    fetching.begin(0.0)
    fetching.on_message(Count(KIND, 2), 0.1)
    assert (fetching.on_time(60.0), fetching.outcome) == ([RequestList(KIND)], None)
