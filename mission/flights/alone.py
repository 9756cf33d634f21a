"""One plan flown on one vehicle with neither page nor database: uploaded, verified, confirmed, flown, landed.

Ends in an outcome, never in an exception; every step is told as an event.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mission.flights.boarding import beside_mission, items_done, mission_on_board
from mission.flights.clearance import Clearance
from mission.formats.document import PlanFile
from telemetry.errors import Conflict, VanagasError, VehicleSilent
from telemetry.links.watch import LinkState
from telemetry.positions import Position
from telemetry.transfer.exchange import OnBoard, Outcome
from telemetry.vehicles import MissionItem, Vehicle, VehicleState

Tell = Callable[[str, dict[str, Any]], None]
"""Given what happened, and its particulars (JSON-ready)."""
LOOK_EVERY_S = 0.25
STATE_EVERY_S = 5.0
"""Between two events that only say where it is."""
TAKE_OFF_S = 90.0
RETRY_S = 2.0
MOTORS_OFF_S = 30.0
"""Autopilots stop their motors some seconds after landing; PX4 after 2, ArduPilot after 10."""


class Ending(StrEnum):
    """How it ended."""

    LANDED = "landed"
    ABORTED = "aborted"
    """Stopped by the pilot or by a fault; it may have landed since."""
    REFUSED = "refused"
    """It never started."""
    LOST = "lost"
    """Nothing is heard of the vehicle any more."""


@dataclass(frozen=True)
class Flown:
    """What came of it."""

    outcome: Ending
    items_reached: int
    items: int
    why: str

    @property
    def complete(self) -> bool:
        """Whether it landed with the whole mission done."""
        return self.outcome is Ending.LANDED and self.items_reached >= self.items > 0


@dataclass(frozen=True)
class Patience:
    """Seconds."""

    connect_s: float = 30.0
    ready_s: float = 120.0
    """For a vehicle that refuses to start, as one does that has just been switched on."""
    give_up_s: float = 180.0
    """Without a word in the air."""


class LoneFlight:
    """Run once."""

    def __init__(
        self,
        vehicle: Vehicle,
        plan: PlanFile,
        tell: Tell,
        clear: Callable[[list[MissionItem], Position], Clearance],
        confirm: Callable[[list[MissionItem]], Awaitable[bool]],
        on_state: Callable[[VehicleState], None],
        patience: Patience,
    ) -> None:
        """`clear` judges what is to go on board from where the vehicle stands; nothing goes there that it refuses.

        `confirm` is asked once the plan is on board and verified; nothing is armed without its yes.
        """
        self._vehicle, self._plan, self._tell, self._clear, self._confirm = vehicle, plan, tell, clear, confirm
        self._on_state, self._patience = on_state, patience
        self._items: list[MissionItem] = []
        self._homes: list[Position] = []
        self._reached = self._stops = 0
        self._started = self._lost = self._unrecorded = False
        self._states: asyncio.Queue[VehicleState] = asyncio.Queue(maxsize=1)
        self._steps: asyncio.Task[Flown] | None = None
        self._homing: asyncio.Task[None] | None = None

    async def run(self) -> Flown:
        """All of it; the vehicle is let go of at the end."""
        self._steps = asyncio.create_task(self._all_steps())
        pump = asyncio.create_task(self._take_states())
        try:
            return await self._steps
        except asyncio.CancelledError:
            if not self._stops:
                raise
            word = "let go by the pilot; the vehicle goes on by itself" if self._started else "stopped before the start"
            return self._ended(Ending.ABORTED, word)
        except VehicleSilent as error:
            return self._ended(Ending.LOST if self._started else Ending.REFUSED, error.message)
        except VanagasError as error:
            return self._ended(Ending.ABORTED if self._started else Ending.REFUSED, error.message)
        finally:
            for task in (pump, self._homing):
                if task is not None:
                    task.cancel()
            await self._vehicle.close()

    def stop(self) -> None:
        """The pilot's word to stop: brings it home once it has started; said again, lets go of it where it is."""
        self._stops += 1
        if self._steps is None:
            return
        if not self._started or self._stops > 1:
            self._steps.cancel()
        else:
            self._tell("coming home", {"why": "stopped by the pilot"})
            self._homing = asyncio.create_task(self._bring_home())

    async def _all_steps(self) -> Flown:
        await self._vehicle.connect(self._patience.connect_s)
        self._tell("connected", {})
        first = await self._on_the_ground()
        self._items, added = mission_on_board(self._plan, first.position)
        self._homes = [first.position, *self._plan.rally]
        self._tell("plan", {"name": self._plan.name, "items": len(self._items), "added": added})
        clearance = self._clear(self._items, first.position)
        self._tell("checks", clearance.as_json())
        clearance.require()
        await self._board()
        if not await self._confirm(self._items):
            return self._ended(Ending.REFUSED, "nobody confirmed the start")
        self._tell("confirmed", {})
        difference = await self._vehicle.difference(self._items)
        if difference is not None:  # somebody else may have changed it while it was looked at
            raise Conflict(f"the plan on board is not the plan that was confirmed: {difference}")
        await self._start()
        return await self._follow()

    async def _on_the_ground(self) -> VehicleState:
        """The vehicle's first word that knows its place. Raises Conflict when it flies already."""
        loop, told = asyncio.get_running_loop(), False
        end = loop.time() + self._patience.ready_s
        while loop.time() < end:
            said = await self._next_state()
            if said is not None and (said.armed or said.in_air):
                raise Conflict("the vehicle is armed or in the air already; land and disarm it first")
            if said is not None and said.gps_ok:
                return said
            if not told:
                self._tell("waiting", {"why": "for the vehicle to know where it is"})
                told = True
        raise Conflict(f"the vehicle did not know its place within {self._patience.ready_s:g} s; check its GPS")

    async def _board(self) -> None:
        self._require("mission", await self._vehicle.upload(self._items))
        for kind, items in beside_mission(self._plan.fence, self._plan.rally):
            if items:
                self._require(kind.name.lower(), await self._vehicle.upload_other(kind, items))

    def _require(self, what: str, outcome: Outcome) -> None:
        told = {"what": what, "on_board": outcome.on_board.value, "attempts": outcome.attempts, "why": outcome.why}
        self._tell("uploaded", told)
        if outcome.on_board is not OnBoard.NEW:
            raise Conflict(f"the {what} is not on board, but the {outcome.on_board}: {outcome.why}")

    async def _start(self) -> None:
        """Arm and start; a vehicle that is not ready yet is asked again for as long as patience lasts."""
        loop, said = asyncio.get_running_loop(), ""
        end = loop.time() + self._patience.ready_s
        self._started = True  # from here on it may fly, whatever the answer
        while True:
            try:
                await self._vehicle.start_mission()
                break
            except (Conflict, VehicleSilent) as error:
                if loop.time() >= end or self._stops:
                    self._started = self._stops > 0
                    raise
                if error.message != said:
                    said = error.message
                    self._tell("waiting", {"why": said})
            self._pass_on_warnings()
            await asyncio.sleep(RETRY_S)
        self._tell("started", {})

    async def _follow(self) -> Flown:
        loop = asyncio.get_running_loop()
        started = heard = on_ground = loop.time()
        in_air, mode, told = False, "", -STATE_EVERY_S
        while True:
            said, now = await self._next_state(), loop.time()
            self._mind_the_link()
            if said is None:
                if now - heard >= self._patience.give_up_s:
                    where = "look for it near its last position"
                    raise VehicleSilent(f"no word from the vehicle for {now - heard:.0f} s; {where}")
                continue
            heard = now
            self._on_state(said)
            if said.in_air and not in_air:
                in_air = True
                self._tell("took off", {})
            if said.mode != mode:
                mode = said.mode
                self._tell("mode", {"mode": mode})
            if said.mission_current > self._reached:
                self._reached = said.mission_current
                self._tell("item", {"items_reached": self._reached, "items": len(self._items)})
            if now - told >= STATE_EVERY_S:
                told = now
                self._tell("state", self._in_words(said))
            if in_air and not said.in_air and not said.armed:
                return self._stands(said.position)
            if in_air and not said.in_air and now - on_ground > MOTORS_OFF_S:
                on_ground = float("inf")
                self._tell("waiting", {"why": "it stands on the ground with its motors on; disarm it"})
            elif said.in_air:
                on_ground = now
            if not in_air and now - started > TAKE_OFF_S:
                raise Conflict(f"the vehicle did not take off within {TAKE_OFF_S:g} s of the start")

    def _stands(self, where: Position) -> Flown:
        """On the ground with its motors off."""
        total = len(self._items)
        if self._stops:
            return self._ended(Ending.ABORTED, "brought home by the pilot; it has landed")
        self._reached = items_done(self._items, self._reached, stands=where, homes=self._homes)
        return self._ended(Ending.LANDED, f"landed after {self._reached} of {total} items")

    def _mind_the_link(self) -> None:
        link = self._vehicle.link_status()
        if link.unrecorded is not None and not self._unrecorded:
            self._unrecorded = True
            self._tell("not recorded", {"why": link.unrecorded})
        lost = link.state is LinkState.LOST
        if lost and not self._lost:
            self._tell("link lost", {"silent_s": round(link.silent_s, 2)})
        elif self._lost and not lost:
            self._tell("link back", {"outage_s": round(link.outage_s, 2)})
        self._lost = lost

    def _pass_on_warnings(self) -> None:
        for notice in self._vehicle.notices():
            self._tell("warning", {"severity": notice.severity.name.lower(), "text": notice.text})

    def _in_words(self, said: VehicleState) -> dict[str, Any]:
        return {
            "lat": round(said.position.lat, 7),
            "lon": round(said.position.lon, 7),
            "height_m": round(said.relative_alt_m, 1),
            "battery": None if said.battery is None else round(said.battery, 3),
            "mode": said.mode,
            "items_reached": self._reached,
            "link": self._vehicle.link_status().state.value,
        }

    async def _bring_home(self) -> None:
        """Asked until it obeys: the link may be lost just now."""
        while True:
            try:
                await self._vehicle.return_home()
                return
            except (Conflict, VehicleSilent) as error:
                self._tell("waiting", {"why": error.message})
            await asyncio.sleep(RETRY_S)

    def _ended(self, outcome: Ending, why: str) -> Flown:
        return Flown(outcome, self._reached, len(self._items), why)

    async def _take_states(self) -> None:
        async for state in self._vehicle.states():
            if self._states.full():
                self._states.get_nowait()
            self._states.put_nowait(state)

    async def _next_state(self) -> VehicleState | None:
        self._pass_on_warnings()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._states.get(), LOOK_EVERY_S)
        return None
