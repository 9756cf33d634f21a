"""Blocks on a unit's line: clipped to the span, in lanes, clashes named."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mapserver.calendar.blocks import Block, BlockKind, lines
from mapserver.calendar.span import Length, span_of
from telemetry.cities import City

SPAN = span_of(Length.DAY, date(2026, 11, 25), City("dobele").facts.zone)


def block(
    name: str, begins_h: float, ends_h: float | None, *, unit: str = "DRN-1", counts: bool = True,
    kind: BlockKind = BlockKind.FLIGHT, zone: str = "zone-1",
) -> Block:  # fmt: skip
    """A block from and to hours after midnight."""

    def at(hours: float) -> datetime:
        return SPAN.begins + timedelta(hours=hours)

    ends = None if ends_h is None else at(ends_h)
    return Block(name, kind, unit, "dobele", zone, at(begins_h), ends, name, "pilot", "scheduled", counts, True, {})


def test_a_block_lies_where_its_time_is_and_is_cut_at_the_spans_ends() -> None:
    (line,) = lines([{"id": "DRN-1"}], [block("a", 6, 12), block("b", -2, 3), block("c", 20, None)], SPAN)
    places = [(p.block.id, round(p.at, 2), p.until, p.from_before, p.goes_on) for p in line.blocks]
    assert places == [("b", 0, 12.5, True, False), ("a", 25, 50, False, False), ("c", 83.33, 100, False, True)]


def test_blocks_that_overlap_stand_in_lanes_and_name_each_other() -> None:
    (line,) = lines([{"id": "DRN-1"}], [block("a", 1, 3), block("b", 2, 4), block("c", 3, 5)], SPAN)
    assert [(placed.block.id, placed.lane, placed.block.clashes) for placed in line.blocks] == [
        ("a", 0, ("b",)),
        ("b", 1, ("a", "c")),
        ("c", 0, ("b",)),
    ]
    assert line.lanes == 2


def test_short_flights_close_together_do_not_cover_each_other_and_do_not_clash() -> None:
    (line,) = lines([{"id": "DRN-1"}], [block("a", 1, 1.1), block("b", 1.2, 1.3), block("c", 3, 3.1)], SPAN)
    assert [(placed.lane, placed.block.clashes) for placed in line.blocks] == [(0, ()), (1, ()), (0, ())]


def test_a_flight_called_off_is_shown_and_clashes_with_nothing() -> None:
    (line,) = lines([{"id": "DRN-1"}], [block("a", 1, 3), block("off", 1, 3, counts=False)], SPAN)
    assert [placed.block.clashes for placed in line.blocks] == [(), ()]
    assert line.lanes == 2


def test_a_visit_and_the_flight_that_makes_it_are_one_use_of_the_drone() -> None:
    visit = block("visit", 1, 3, kind=BlockKind.VISIT)
    (line,) = lines([{"id": "DRN-1"}], [visit, block("a", 1, 2), block("other", 2, 4, zone="zone-2")], SPAN)
    assert {placed.block.id: placed.block.clashes for placed in line.blocks} == {
        "visit": ("other",), "a": (), "other": ("visit",),
    }  # fmt: skip


def test_units_keep_their_order_and_an_unused_one_has_an_empty_line() -> None:
    made = lines([{"id": "TWR-1"}, {"id": "DRN-1"}], [block("a", 1, 2), block("x", 1, 2, unit="gone")], SPAN)
    assert [(line.unit["id"], len(line.blocks)) for line in made] == [("TWR-1", 0), ("DRN-1", 1)]


@given(st.lists(st.tuples(st.floats(-5, 30), st.floats(0.1, 6)), max_size=12))
def test_blocks_in_one_lane_never_cover_each_other(times: list[tuple[float, float]]) -> None:
    made = [block(str(n), begins, begins + takes) for n, (begins, takes) in enumerate(times)]
    (line,) = lines([{"id": "DRN-1"}], made, SPAN)
    for one in line.blocks:
        assert 0 <= one.at < one.until <= 100
        for other in line.blocks:
            apart = one.until <= other.at + 1e-9 or other.until <= one.at + 1e-9
            assert one is other or one.lane != other.lane or apart
