"""A plan put on board so that it is never half there unnoticed: sent, read back, compared, and told what came of it.

The protocol has no transaction: some vehicles write items over the old plan as they come. So reading back decides, a
transfer that went wrong is begun again while the vehicle is heard, and what is left is said in one of three words.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from telemetry.transfer.fetching import Fetched, Fetching
from telemetry.transfer.home import with_home, without_home
from telemetry.transfer.keeping import EXACT, Keeping
from telemetry.transfer.messages import Count, Message, PlanKind, Request
from telemetry.transfer.sending import Sending, Sent
from telemetry.transfer.timing import Timing
from telemetry.vehicles.protocol import MissionItem, first_difference

PATIENCE_S = 10.0
"""Nothing new heard for so long ends a transfer: longer than a drone needs to turn its antenna towards us again."""
MOST_ATTEMPTS = 6
STRAY_S = 2.0
"""A question that comes after the end is followed for so long without anything new: it may be an old one, come late."""
SETTLED_S = 4.0
"""A vehicle that says no word of a plan for so long is done with all that it was asked before."""
LONGEST_UNSETTLED_S = 30.0


class Channel(Protocol):
    """The way to one vehicle: messages out, messages in, and a steady clock in seconds."""

    def now(self) -> float:
        """The time."""

    async def send(self, message: Message) -> None:
        """Send, with no promise that it arrives."""

    async def receive(self, until: float) -> Message | None:
        """The next message heard, or None when `until` has come first."""


class OnBoard(StrEnum):
    """What is on board after a transfer."""

    OLD = "old plan"
    """Just what was there before."""
    NEW = "new plan"
    """Just what was sent, item by item."""
    UNKNOWN = "unknown"
    """Neither, or nobody can tell; `Outcome.found` and `why` hold what is known."""


@dataclass(frozen=True)
class Outcome:
    """What came of putting a plan on board."""

    on_board: OnBoard
    why: str
    """One sentence: what is known and from what."""
    found: tuple[MissionItem, ...] | None
    """What was read back last; None when it could not be."""
    attempts: int


async def put_on_board(
    channel: Channel,
    items: Sequence[MissionItem],
    kind: PlanKind = PlanKind.MISSION,
    *,
    before: Sequence[MissionItem] | None = None,
    home: MissionItem | None = None,
    keeping: Keeping = EXACT,
    patience_s: float = PATIENCE_S,
) -> Outcome:
    """Send `items`, read them back, and say what is on board.

    `before` is the plan known to be on board; it is fetched first when not given. `home` is for vehicles that keep
    their home as item 0 (ArduPilot): it goes before the items, and what comes back in its place is the vehicle's own.
    `keeping` is what such a vehicle takes and gives back.
    Gives up after `patience_s` seconds without anything new from the vehicle, or when it refuses the same plan again.
    """
    timing = Timing(channel.now(), patience_s)
    if before is None:
        before = (await fetch(channel, kind, home=home is not None, timing=timing)).items
    to_send = with_home([keeping.sent(item) for item in items], home)
    said: list[str] = []
    fetched = Fetched(None, "not fetched")
    for _ in range(MOST_ATTEMPTS):
        sent = await _send(channel, to_send, kind, timing)
        fetched = await fetch(channel, kind, home=home is not None, timing=timing, plan=to_send)
        if sent.announced > 1 and _is(items, fetched, keeping):
            # It may have begun twice, and what we were given be a copy from between: the next is from after both.
            fetched = await fetch(channel, kind, home=home is not None, timing=timing, plan=to_send)
        if _is(items, fetched, keeping):
            return _new(fetched, len(said) + 1)
        said.append(_attempt_in_words(sent, fetched, items, keeping))
        if fetched.items is None:
            break  # no word from it for as long as patience lasts
        if len(said) > 1 and said[-1] == said[-2]:
            break  # it will not say anything else the next time
    if fetched.items is not None:
        await _settle(channel, kind, to_send, timing)
        fetched = await fetch(channel, kind, home=home is not None, timing=timing, plan=to_send)
        if _is(items, fetched, keeping):
            return _new(fetched, len(said))
    return _what_is_left(before, fetched.items, said)


async def fetch(
    channel: Channel,
    kind: PlanKind = PlanKind.MISSION,
    *,
    home: bool = False,
    timing: Timing | None = None,
    plan: Sequence[MissionItem] = (),
) -> Fetched:
    """The plan on board, without item 0 if that is the vehicle's `home`.

    A vehicle that breaks off is asked again: it may have meant the transfer before. One that asks for an item of
    `plan`, which was just sent, has begun to take it once more (a count that came twice does that to some), and would
    be left with half of it: it is given all of it, and then asked again.
    """
    timing = timing or Timing(channel.now(), PATIENCE_S)
    fetched = Fetched(None, "not fetched")
    for _ in range(3 * MOST_ATTEMPTS):
        fetching = Fetching(kind, channel.now(), timing)
        question = await _run(channel, fetching, interrupted_by=Request if plan else None)
        if isinstance(question, Request):
            await _send_on(channel, plan, question, timing)
            continue
        fetched = fetching.outcome or fetched
        if not fetched.broken_off:
            break
    if home and fetched.items:
        return replace(fetched, items=without_home(fetched.items))
    return fetched


async def _send(channel: Channel, items: Sequence[MissionItem], kind: PlanKind, timing: Timing) -> Sent:
    sending = Sending(items, kind, channel.now(), timing)
    await _run(channel, sending)
    return sending.outcome or Sent(accepted=False, why="not sent", asked_for=0, announced=0)


async def _send_on(channel: Channel, items: Sequence[MissionItem], question: Request, timing: Timing) -> None:
    """Give a vehicle that has begun again by itself everything it asks for; one that tells its own plan has not."""
    sending = Sending(items, question.kind, channel.now(), timing, patience_s=STRAY_S)
    for message in sending.on_message(question, channel.now()):
        await channel.send(message)
    await _drive(channel, sending, interrupted_by=Count)


async def _settle(channel: Channel, kind: PlanKind, plan: Sequence[MissionItem], timing: Timing) -> None:
    """Wait until the vehicle is done with what it was asked before, and give it what it still asks for.

    Some answer one after the other, each from a copy of the plan as it was when they were asked: only what is asked
    after that is answered from the plan on board.
    """
    latest = channel.now() + LONGEST_UNSETTLED_S
    quiet_since = channel.now()
    while channel.now() < min(quiet_since + SETTLED_S, latest):
        heard = await channel.receive(min(quiet_since + SETTLED_S, latest))
        if heard is None or heard.kind != kind:
            continue
        if isinstance(heard, Request):
            await _send_on(channel, plan, heard, timing)
        quiet_since = channel.now()


async def _run(
    channel: Channel, side: Sending | Fetching, *, interrupted_by: type[Message] | None = None
) -> Message | None:
    """Drive one side of a transfer to its end, or to the first message that says it is about something else."""
    for message in side.begin(channel.now()):
        await channel.send(message)
    return await _drive(channel, side, interrupted_by=interrupted_by)


async def _drive(
    channel: Channel, side: Sending | Fetching, *, interrupted_by: type[Message] | None = None
) -> Message | None:
    while side.outcome is None:
        heard = await channel.receive(side.deadline)
        if interrupted_by is not None and isinstance(heard, interrupted_by):
            return heard
        answers = side.on_time(channel.now()) if heard is None else side.on_message(heard, channel.now())
        for message in answers:
            await channel.send(message)
    return None


def _is(items: Sequence[MissionItem], fetched: Fetched, keeping: Keeping) -> bool:
    return fetched.items is not None and keeping.difference(items, fetched.items) is None


def _new(fetched: Fetched, attempts: int) -> Outcome:
    assert fetched.items is not None  # noqa: S101 - `_is` has compared them
    return Outcome(OnBoard.NEW, f"all {len(fetched.items)} items read back equal", fetched.items, attempts)


def _attempt_in_words(sent: Sent, fetched: Fetched, items: Sequence[MissionItem], keeping: Keeping) -> str:
    if fetched.items is None:
        return f"{sent.why}; reading back failed: {fetched.why}"
    return f"{sent.why}; read back: {keeping.difference(items, fetched.items)}"


def _what_is_left(
    before: Sequence[MissionItem] | None, found: tuple[MissionItem, ...] | None, said: Sequence[str]
) -> Outcome:
    last = said[-1]
    if found is None:
        why = f"{last}; what is on board cannot be told until the vehicle is heard again: do not start it"
        return Outcome(OnBoard.UNKNOWN, why, None, len(said))
    if before is not None and first_difference(before, found) is None:
        return Outcome(OnBoard.OLD, f"{last}; the plan on board is the one from before", found, len(said))
    why = (
        f"{last}; {len(found)} items are on board that are neither the new plan nor the old: send it again or clear it"
    )
    return Outcome(OnBoard.UNKNOWN, why, found, len(said))
