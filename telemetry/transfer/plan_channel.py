"""The two sides of a transfer driven over a channel, each to its end. Compares nothing, and decides nothing.

Some vehicles begin a transfer twice, or answer from a copy of the plan from before: both are followed here.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from telemetry.messages import Message
from telemetry.transfer.home_item import without_home
from telemetry.transfer.messages import Count, ItemRequest, PlanKind, PlanMessage
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.plan_receiver import PlanReceiver, ReceivedPlan
from telemetry.transfer.plan_sender import PlanSender, PlanSendResult
from telemetry.transfer.timing import Timing

PATIENCE_S = 10.0
"""Nothing new heard for so long ends a transfer: longer than a drone needs to turn its antenna towards us again."""
MOST_ATTEMPTS = 6
STRAY_S = 2.0
"""A question that comes after the end is followed for so long without anything new: it may be an old one, come late."""
SETTLED_S = 4.0
"""A vehicle that says no word of a plan for so long is done with all that it was asked before."""
LONGEST_UNSETTLED_S = 30.0


class PlanChannel(Protocol):
    """The way to one vehicle: messages out, messages in, and a steady clock in seconds."""

    def now(self) -> float:
        """The time."""

    async def send(self, message: PlanMessage) -> None:
        """Send, with no promise that it arrives."""

    async def receive(self, until: float) -> PlanMessage | None:
        """The next message heard, or None when `until` has come first."""


async def fetch(
    channel: PlanChannel,
    kind: PlanKind = PlanKind.MISSION,
    *,
    home: bool = False,
    timing: Timing | None = None,
    plan: Sequence[MissionItem] = (),
) -> ReceivedPlan:
    """The plan on board, without item 0 if that is the vehicle's `home`.

    A vehicle that breaks off is asked again: it may have meant the transfer before. One that asks for an item of
    `plan`, which was just sent, has begun to take it once more (a count that came twice does that to some), and would
    be left with half of it: it is given all of it, and then asked again.
    """
    timing = timing or Timing(channel.now(), PATIENCE_S)
    fetched = ReceivedPlan(None, Message("transfer.not_fetched"))
    for _ in range(3 * MOST_ATTEMPTS):
        fetching = PlanReceiver(kind, channel.now(), timing)
        question = await _run(channel, fetching, interrupted_by=ItemRequest if plan else None)
        if isinstance(question, ItemRequest):
            await _send_on(channel, plan, question, timing)
            continue
        fetched = fetching.outcome or fetched
        if not fetched.broken_off or not fetched.kept:
            break
    if home and fetched.items:
        return replace(fetched, items=without_home(fetched.items))
    return fetched


async def send(channel: PlanChannel, items: Sequence[MissionItem], kind: PlanKind, timing: Timing) -> PlanSendResult:
    """Send `items` to the vehicle's last word of them."""
    sending = PlanSender(items, kind, channel.now(), timing)
    await _run(channel, sending)
    return sending.outcome or PlanSendResult(accepted=False, why=Message("transfer.not_sent"), asked_for=0, announced=0)


async def _send_on(channel: PlanChannel, items: Sequence[MissionItem], question: ItemRequest, timing: Timing) -> None:
    """Give a vehicle that has begun again by itself everything it asks for; one that tells its own plan has not."""
    sending = PlanSender(items, question.kind, channel.now(), timing, patience_s=STRAY_S)
    for message in sending.on_message(question, channel.now()):
        await channel.send(message)
    await _drive(channel, sending, interrupted_by=Count)


async def settle(channel: PlanChannel, kind: PlanKind, plan: Sequence[MissionItem], timing: Timing) -> None:
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
        if isinstance(heard, ItemRequest):
            await _send_on(channel, plan, heard, timing)
        quiet_since = channel.now()


async def _run(
    channel: PlanChannel, side: PlanSender | PlanReceiver, *, interrupted_by: type[PlanMessage] | None = None
) -> PlanMessage | None:
    """Drive one side of a transfer to its end, or to the first message that says it is about something else."""
    for message in side.begin(channel.now()):
        await channel.send(message)
    return await _drive(channel, side, interrupted_by=interrupted_by)


async def _drive(
    channel: PlanChannel, side: PlanSender | PlanReceiver, *, interrupted_by: type[PlanMessage] | None = None
) -> PlanMessage | None:
    while side.outcome is None:
        heard = await channel.receive(side.deadline)
        if interrupted_by is not None and isinstance(heard, interrupted_by):
            return heard
        answers = side.on_time(channel.now()) if heard is None else side.on_message(heard, channel.now())
        for message in answers:
            await channel.send(message)
    return None
