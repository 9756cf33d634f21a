"""What a vehicle tells beside where it is, written down once each: its link, its mode, its warnings. Orders nothing."""

import asyncio
import logging

from mission.flights.logbook import Logbook
from mission.flights.service import GOING_HOME
from mission.flights.states import IN_THE_AIR, FlightState
from mission.flights.warnings import FlightWarning, OnWarning
from telemetry.links.watch import LinkState
from telemetry.vehicles import Vehicle, VehicleState

log = logging.getLogger(__name__)


class FlightWatch:
    """Of one flight, as long as it is followed."""

    def __init__(self, vehicle: Vehicle, book: Logbook, *, settle_s: float, on_warning: OnWarning | None) -> None:
        """`settle_s`: after a person's word, until what the vehicle says of its mode is newer than that."""
        self._vehicle, self._book, self._settle_s, self._on_warning = vehicle, book, settle_s, on_warning
        self._lost = self._unrecorded_told = False
        self._heard: VehicleState | None = None
        self._mode = ""
        """The vehicle's, when last heard; empty before."""
        self._changed = False
        """Whether that is new, and was not looked at yet as a person's word came just before."""

    async def mind_the_link(self) -> None:
        """Write down once each that the link is lost, back, or not recorded; a loss does not end the flight."""
        link = self._vehicle.link_status()
        if link.unrecorded is not None and not self._unrecorded_told:
            self._unrecorded_told = True
            await self._book.say(link.unrecorded)
        lost = link.state is LinkState.LOST
        if lost == self._lost:
            return
        self._lost = lost
        self._book.announce_link(link.state)
        if lost:
            why = f"link lost: no word from the vehicle for {link.silent_s:.1f} s"
            why += "; it goes on by its own failsafe" if self._book.state in IN_THE_AIR else ""
            await self._book.say(why, unit_status="link lost")
        else:
            await self._book.say(f"link back: heard again after {link.outage_s:.0f} s")

    async def follow_mode(self, said: VehicleState) -> None:
        """Whoever changed its mode, the screen shows it."""
        before, self._mode = self._mode, said.mode
        self._changed |= before not in ("", said.mode) and said.in_air
        returns = said.mode in GOING_HOME and self._book.state in IN_THE_AIR - {FlightState.RETURNING}
        if self._changed or returns:
            self._changed = not await self._book.follow_mode(said.mode, self._settle_s)

    async def warn(self, said: VehicleState) -> None:
        """Pass on what the battery, the fence and other drones in the air give cause for."""
        for warning in await self._book.warn(said):
            await self._pass_on(warning)

    async def pass_on_notices(self, said: VehicleState | None) -> None:
        """What the vehicle itself warns of goes on the flight's log; what is grave in the air is an observation too."""
        self._heard = said or self._heard
        for notice in self._vehicle.notices():
            warning = await self._book.hear(notice, self._heard)
            if warning is not None:
                await self._pass_on(warning)

    async def _pass_on(self, warning: FlightWarning) -> None:
        if self._on_warning is not None:
            try:
                await asyncio.to_thread(self._on_warning, warning)
            except Exception:  # a warning that cannot be passed on must not end the flight
                log.exception("a warning of flight %s was not passed on", warning.flight_id)
