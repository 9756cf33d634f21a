"""What stands on the calendar: one block for each use of a unit, in lanes where they overlap. Looks nothing up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from mapserver.calendar.span import CalendarSpan


class BlockKind(StrEnum):
    """What a unit is used for."""

    FLIGHT = "flight"
    ASSIGNMENT = "assignment"
    VISIT = "visit"
    SHIFT = "shift"
    """No unit's: a person on duty."""


@dataclass(frozen=True)
class Block:
    """One use of one unit."""

    id: str
    kind: BlockKind
    unit_id: str
    city: str
    """The town it is for."""
    zone_id: str
    begins: datetime
    """UTC, as `ends` is."""
    ends: datetime | None
    """None where nobody has said when it ends."""
    title: str
    who: str
    """The pilot or holder; empty for a tower that stands alone."""
    state: str
    counts: bool
    """Whether it keeps the unit from being used otherwise: not what was called off."""
    simulated: bool
    details: dict[str, Any]
    """What the page links to and offers, by kind."""
    level: str = ""
    """The worst verdict's level; empty where nothing was checked."""
    clashes: tuple[str, ...] = ()
    """Titles of the blocks that want the same unit at the same time."""


LEAST = 3.0
"""Percent of the span that every block is wide at the least, so that a finger finds it; the style sheet says it too."""


@dataclass(frozen=True)
class PlacedBlock:
    """A block on a span."""

    block: Block
    at: float
    """Percent of the span, as is `until`; never outside it."""
    until: float
    lane: int
    """0 for the uppermost."""
    from_before: bool
    """Whether it began before the span."""
    goes_on: bool
    """Whether it ends after the span, or nobody knows when."""


@dataclass(frozen=True)
class Line:
    """One unit's line of the calendar."""

    unit: dict[str, Any]
    """As `telemetry.units.service.public` shows it."""
    blocks: tuple[PlacedBlock, ...]
    """In order of their beginning."""

    @property
    def lanes(self) -> int:
        """How many stand above one another; at least one."""
        return max((placed.lane for placed in self.blocks), default=0) + 1


def lines(units: Iterable[dict[str, Any]], blocks: Iterable[Block], span: CalendarSpan) -> list[Line]:
    """A line for each of `units`, in their order, with those of `blocks` that touch `span`."""
    by_unit: dict[str, list[Block]] = {}
    for block in blocks:
        by_unit.setdefault(block.unit_id, []).append(block)
    return [Line(unit, tuple(_placed(with_clashes(by_unit.get(unit["id"], [])), span))) for unit in units]


def people_line(blocks: Sequence[Block], span: CalendarSpan) -> Line:
    """The line of the people on shift, with those of `blocks` that touch `span`."""
    return Line({}, tuple(_placed(blocks, span)))


def with_clashes(blocks: Sequence[Block]) -> list[Block]:
    """`blocks` of one unit, each with the titles of those it overlaps; what was called off clashes with nothing."""
    return [
        replace(block, clashes=tuple(other.title for other in blocks if other is not block and _overlap(block, other)))
        for block in blocks
    ]


def _overlap(a: Block, b: Block) -> bool:
    if not (a.counts and b.counts):
        return False
    if BlockKind.VISIT in (a.kind, b.kind) and a.kind is not b.kind and a.zone_id == b.zone_id:
        return False  # a visit, and the flight or deployment that carries it out
    return (b.ends is None or a.begins < b.ends) and (a.ends is None or b.begins < a.ends)


def _placed(blocks: Sequence[Block], span: CalendarSpan) -> list[PlacedBlock]:
    free: list[float] = []  # from where each lane is free again, percent
    placed = []
    for block in sorted(blocks, key=lambda block: (block.begins, block.id)):
        ends = span.ends if block.ends is None else block.ends
        if block.begins >= span.ends or ends <= span.begins:
            continue
        at = max(0.0, span.percent(block.begins))
        until = min(100.0, span.percent(ends))
        lane = next((number for number, taken in enumerate(free) if taken <= at), len(free))
        free[lane : lane + 1] = [max(until, at + LEAST)]
        placed.append(
            PlacedBlock(
                block,
                at=at,
                until=until,
                lane=lane,
                from_before=block.begins < span.begins,
                goes_on=block.ends is None or block.ends > span.ends,
            )
        )
    return placed
