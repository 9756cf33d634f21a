"""A drone whose flight was called off while it was starting: its motors stop on the ground, or it comes home.

Follows it nowhere: that is the runner's.
"""

import asyncio

from mission.flights.logbook import Logbook
from telemetry.errors import Conflict, VehicleSilent
from telemetry.vehicles import Vehicle

OFF = "called off while it was starting"


async def call_back(vehicle: Vehicle, book: Logbook, *, give_up_s: float, ask_again_s: float) -> bool:
    """Ask it until it has taken the order, for `give_up_s` seconds at most; whether it has."""
    loop = asyncio.get_running_loop()
    end = loop.time() + give_up_s
    while not await _comes_home(vehicle):
        if loop.time() >= end:
            await book.say(f"{OFF}, and gives no answer since: look for it at home and on its way")
            return False
        await asyncio.sleep(ask_again_s)
    await book.say(f"{OFF}: its motors are stopped, or it is brought home")
    return True


async def _comes_home(vehicle: Vehicle) -> bool:
    """Whether it has taken the order to stop its motors or, in the air, where it refuses that, to fly home."""
    try:
        await vehicle.disarm()
    except VehicleSilent:
        return False
    except Conflict:
        try:
            await vehicle.return_home()
        except (Conflict, VehicleSilent):
            return False
    return True
