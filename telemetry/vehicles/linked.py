"""What both drivers share: the link, the plan on board, and the commands that neither library has."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from telemetry.clock import Clock, SystemClock
from telemetry.errors import BadInput, VehicleSilent
from telemetry.links.commands import command
from telemetry.links.link import ARDUPILOT, GROUND_STATION, Heard, Link
from telemetry.links.vigil import LinkStatus, Vigil
from telemetry.logs.recorder import TlogRecorder
from telemetry.mavlink.signing import SigningKey
from telemetry.positions import Position
from telemetry.transfer.exchange import Outcome, fetch, put_on_board
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.over_link import LinkChannel
from telemetry.vehicles.progress import Progress
from telemetry.vehicles.protocol import Command, Frame, MissionItem
from telemetry.vehicles.streams import Streams

ROI_LOCATION, ROI_NONE, SET_MODE, MISSION_START, ARM_DISARM = 195, 197, 176, 300, 400
"""MAV_CMD numbers."""
COPTER_GUIDED = 4
"""ArduPilot's mode for a ground station that steers."""
IN_THE_AIR_TOO = 21196.0
"""Param 2 of a disarming command that stops the motors whatever the vehicle does."""


class LinkedVehicle:
    """A vehicle behind a `Link` of our own, which a driver's library is put behind."""

    def __init__(
        self,
        link: str,
        clock: Clock | None = None,
        record_to: Path | None = None,
        signing_key: SigningKey | None = None,
    ) -> None:
        """`link` is a connection URL as MAVSDK writes them, this side's end: udpin://0.0.0.0:14540, serial://…

        Every frame of it, both ways, goes to the telemetry log `record_to`. With a `signing_key` the vehicle is spoken
        to in signed frames, and only what it signs is heard.
        """
        self.link, self._clock, self._signing_key = link, clock or SystemClock(), signing_key
        self._recorder = None if record_to is None else TlogRecorder(record_to, self._clock)
        self._vigil: Vigil | None = None
        self._streams: Streams | None = None
        self._progress = Progress(system=0, home_is_item_0=False)
        self.total = 0
        """Items of the mission on board, as far as known."""
        self._wire: Link | None = None
        self._heard_of: Heard | None = None

    async def open_link(self, timeout_s: float) -> str:
        """Open the link and wait for an autopilot; gives the URL for the driver's library. Raises VehicleSilent."""
        try:
            self._wire = Link(self.link, self._signing_key, self._clock)
        except BadInput as error:
            raise VehicleSilent(f"the link {self.link} cannot be opened: {error.message}") from error
        if self._recorder is not None:
            self._recorder.start()
            self._wire.listen(self._recorder.take)
            self._wire.listen_to_ourselves(self._recorder.take)
        await self._wire.open()
        self._heard_of = await self._wire.first_autopilot(timeout_s)
        if self._heard_of is None and self._wire.refused:
            raise VehicleSilent(
                f"no vehicle on {self.link} signs with our key: in {timeout_s:g} s these were refused: "
                f"{self._wire.refused}; give both sides the same signing key, and set both clocks"
            )
        if self._heard_of is None:
            raise VehicleSilent(
                f"no vehicle answered on {self.link} in {timeout_s:g} s; check that it is on and that its link is set "
                "to this address"
            )
        self._progress = Progress(system=self._heard_of.system, home_is_item_0=self.is_ardupilot)
        self._wire.listen(self._progress.hear)
        self._streams = Streams(self._wire, self._heard_of)
        self._streams.start()
        self._vigil = Vigil(self._wire, self._heard_of, self._clock, self._streams.ask_again)
        self._vigil.start()
        return await self._wire.serve_driver()

    def close_link(self) -> None:
        """Let go of it."""
        if self._vigil is not None:
            self._vigil.stop()
            self._vigil = None
        if self._streams is not None:
            self._streams.stop()
            self._streams = None
        if self._wire is not None:
            self._wire.close()
        if self._recorder is not None:
            self._recorder.close()

    def link_status(self) -> LinkStatus:
        status = LinkStatus() if self._vigil is None else self._vigil.status
        return status if self._recorder is None else replace(status, unrecorded=self._recorder.trouble)

    @property
    def fresh(self) -> bool:
        """Whether what is known of the vehicle was heard after the last loss of the link."""
        return self._vigil is not None and self._vigil.fresh

    async def upload(self, items: Sequence[MissionItem]) -> Outcome:
        with self._transfers() as channel:
            outcome = await put_on_board(channel, items, home=self._home_item())
        if outcome.found is not None:
            self.total = len(outcome.found)
            self._progress.begin()
        return outcome

    async def upload_other(self, kind: PlanKind, items: Sequence[MissionItem]) -> Outcome:
        with self._transfers() as channel:
            return await put_on_board(channel, items, kind)

    async def download(self) -> list[MissionItem]:
        with self._transfers() as channel:
            fetched = await fetch(channel, home=self._home_item() is not None)
        if fetched.items is None:
            raise VehicleSilent(f"the mission on board of {self.link} cannot be read: {fetched.why}")
        self.total = len(fetched.items)
        return list(fetched.items)

    async def look_at(self, point: Position | None) -> None:
        if point is None:
            await self.command(ROI_NONE, [], "looking ahead")
        else:
            at = [0, 0, 0, 0, point.lat, point.lon, point.alt_m or 0.0]
            await self.command(ROI_LOCATION, at, "looking at the point")

    async def stop_motors(self) -> None:
        await self.command(ARM_DISARM, [0, IN_THE_AIR_TOO], "stopping the motors")

    async def command(self, number: int, params: Sequence[float], what: str) -> None:
        """Have it do MAV_CMD `number`. Raises Conflict, VehicleSilent."""
        wire, target = self._connected()
        await command(wire, target, number, params, what)

    @property
    def is_ardupilot(self) -> bool:
        """Whether the autopilot is ArduPilot."""
        return self._heard_of is not None and self._heard_of.autopilot == ARDUPILOT

    @property
    def done(self) -> int:
        """Items of the mission that are done, as far as heard."""
        return min(self._progress.done, self.total) if self.total else self._progress.done

    def _connected(self) -> tuple[Link, Heard]:
        if self._wire is None or self._heard_of is None:
            raise VehicleSilent(f"the link {self.link} is not connected; connect first")
        return self._wire, self._heard_of

    def _transfers(self) -> LinkChannel:
        wire, target = self._connected()
        return LinkChannel(wire, own=GROUND_STATION, vehicle=(target.system, target.component))

    def _home_item(self) -> MissionItem | None:
        """What stands for home at the beginning of a mission, where the autopilot keeps it there."""
        return MissionItem(Command.WAYPOINT, Frame.AMSL) if self.is_ardupilot else None
