"""Comparing a mission read back with the one that was sent."""

import dataclasses
import struct

from hypothesis import given
from hypothesis import strategies as st

from telemetry.transfer.mission_items import Command, MissionItem
from telemetry.transfer.plan_difference import first_difference
from tests.telemetry.vehicles.links import short_mission

single = st.floats(-1e6, 1e6, width=32)
items = st.builds(
    MissionItem,
    command=st.integers(0, 65535),
    frame=st.integers(0, 21),
    param1=single | st.just(float("nan")),
    param2=single,
    lat=st.floats(-90, 90),
    lon=st.floats(-180, 180),
    alt_m=single,
)


def on_the_wire(item: MissionItem) -> MissionItem:
    alt = struct.unpack("<f", struct.pack("<f", item.alt_m))[0]
    return dataclasses.replace(item, lat=round(item.lat * 1e7) / 1e7, lon=round(item.lon * 1e7) / 1e7, alt_m=alt)


@given(st.lists(items, max_size=5))
def test_a_mission_equals_itself_after_the_rounding_of_the_wire(mission: list[MissionItem]) -> None:
    assert first_difference(mission, [on_the_wire(item) for item in mission]) is None


def test_the_first_item_that_differs_is_named_with_both_values() -> None:
    sent = short_mission()
    found = [*sent]
    found[3] = dataclasses.replace(sent[3], alt_m=99.0)
    assert str(first_difference(sent, found)) == (
        "item 4, waypoint (command 16), differs in its height (m): sent 20, on board 99"
    )


def test_a_shift_of_a_metre_is_a_difference() -> None:
    sent = [MissionItem(Command.WAYPOINT, lat=56.0, lon=23.0, alt_m=20)]
    moved = [dataclasses.replace(sent[0], lat=56.00001)]
    assert "its latitude" in (str(first_difference(sent, moved) or ""))


def test_a_missing_item_is_a_difference() -> None:
    assert str(first_difference(short_mission(), short_mission()[:-1])) == "6 items were sent, 5 are on board"
