"""The plans on board of one vehicle on an open link: put there, read, compared. Decides nothing.

Two transfers with one vehicle never overlap: it would take one's messages for the other's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from telemetry.errors import VehicleSilent
from telemetry.links.link import GROUND_STATION, Heard, Link
from telemetry.messages import Message
from telemetry.transfer.link_channel import LinkChannel
from telemetry.transfer.messages import Ack, Count, Item, ItemRequest, PlanKind, RequestList, Result
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.onboard_plan import OnboardPlan, PlanOutcome, put_plan_on_board
from telemetry.transfer.plan_channel import fetch
from telemetry.transfer.plan_receiver import ReceivedPlan
from telemetry.transfer.readback_rules import ReadbackRules
from telemetry.transfer.verified_upload import UploadOutcome, put_on_board
from telemetry.vehicles.mission_watch import MissionPoll

POLL_ANSWER_S = 1.0
Wanted = TypeVar("Wanted", Count, Item)


class PlanTransfers:
    """With one vehicle."""

    def __init__(self, link: Link, target: Heard, keeping: ReadbackRules) -> None:
        """`keeping` is what that autopilot takes and gives back."""
        self._link = link
        self._target = target
        self._keeping = keeping
        self._turn = asyncio.Lock()

    @property
    def busy(self) -> bool:
        """Whether a transfer is under way."""
        return self._turn.locked()

    async def put(self, kind: PlanKind, items: Sequence[MissionItem]) -> UploadOutcome:
        """Put one list on board, read it back, and say what is on board then."""
        async with self._turn:
            with self._channel() as channel:
                return await put_on_board(channel, items, kind, home=self._home(kind), keeping=self._keeping)

    async def put_all(self, plan: OnboardPlan) -> PlanOutcome:
        """Replace mission, geofence and rally points."""
        return await put_plan_on_board(self.put, plan)

    async def read(self, kind: PlanKind) -> ReceivedPlan:
        """One list as the vehicle gives it back. Raises VehicleSilent when it cannot be read."""
        async with self._turn:
            with self._channel() as channel:
                fetched = await fetch(channel, kind, home=self._home(kind) is not None)
        if fetched.items is None and fetched.kept:
            raise VehicleSilent(Message("upload.unreadable", list=kind.words, link=self._link.address, why=fetched.why))
        return fetched

    async def poll(self, at: int) -> MissionPoll | None:
        """How many items the mission has now and, where it may be asked for alone, the one at place `at`, from 0.

        Asked once; None when the answer does not come within `POLL_ANSWER_S`.
        """
        async with self._turn:
            with self._channel() as channel:
                try:
                    return await self._poll(channel, at)
                finally:  # PX4 waits for the next question for 5 s, and complains
                    await channel.send(Ack(PlanKind.MISSION, Result.CANCELLED))

    async def _poll(self, channel: LinkChannel, at: int) -> MissionPoll | None:
        await channel.send(RequestList(PlanKind.MISSION))
        count = await _next_of(channel, Count)
        if count is None:
            return None
        offset = int(self._keeping.home is not None)
        poll = MissionPoll(max(count.count - offset, 0))
        if not offset or at >= poll.count:  # only ArduPilot gives any item at any time
            return poll
        await channel.send(ItemRequest(PlanKind.MISSION, at + offset))
        found = await _next_of(channel, Item)
        if found is None or found.sequence != at + offset:
            return poll
        return replace(poll, at=at, item=found.item)

    async def read_all(self) -> OnboardPlan:
        """All three lists; empty where the vehicle keeps none of that kind. Raises VehicleSilent."""
        lists = {kind: (await self.read(kind)).items or () for kind in PlanKind}
        return OnboardPlan(lists[PlanKind.MISSION], lists[PlanKind.FENCE], lists[PlanKind.RALLY])

    async def difference(self, plan: OnboardPlan) -> Message | None:
        """The first thing in which what is on board would be flown otherwise than `plan`. Raises VehicleSilent."""
        on_board = await self.read_all()
        for kind in PlanKind:
            difference = self._keeping.difference(plan.items(kind), on_board.items(kind))
            if difference is not None:
                return Message("plan_difference.of_list", list=kind.words, difference=difference)
        return None

    def _home(self, kind: PlanKind) -> MissionItem | None:
        if kind is not PlanKind.MISSION:
            return None
        return self._keeping.home

    def _channel(self) -> LinkChannel:
        target = (self._target.system, self._target.component)
        return LinkChannel(self._link, own=GROUND_STATION, vehicle=target)


async def _next_of(channel: LinkChannel, kind: type[Wanted]) -> Wanted | None:
    """The next message of that kind about the mission, within the time of an answer."""
    until = channel.now() + POLL_ANSWER_S
    while channel.now() < until:
        heard = await channel.receive(until)
        if isinstance(heard, kind) and heard.kind is PlanKind.MISSION:
            return heard
    return None
