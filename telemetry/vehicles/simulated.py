"""The simulated vehicle: the kinematic model on MAVSDK's own server side, so that real MAVLink is on the wire.

A training aid and a test bench, not an autopilot: no wind, no sensors, no failures. Runs as a process of its own:
`python -m telemetry.vehicles.simulated --link udpout://127.0.0.1:PORT --home LAT,LON,ALT --speed 1`
and ends when its standard input closes or on SIGTERM.
"""

import argparse
import asyncio
import contextlib
import json
import queue
import signal
import sys
import threading
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from typing import Any

from mavsdk import ComponentType, Configuration, Mavsdk
from mavsdk.logging import log_subscribe
from mavsdk.plugins.action_server import ActionServer, AllowableFlightModes, FlightMode
from mavsdk.plugins.mavlink_direct_server import MavlinkDirectServer, MavlinkMessage
from mavsdk.plugins.mission_raw_server import MissionRawServer, MissionRawServerError, MissionRawServerResult
from mavsdk.plugins.param_server import ParamServer
from mavsdk.plugins.telemetry_server import (
    Battery,
    FixType,
    GpsInfo,
    Heading,
    LandedState,
    RawGps,
    TelemetryServer,
    TelemetryServerError,
    VelocityNed,
    VtolState,
)
from mavsdk.plugins.telemetry_server import Position as WirePosition

from telemetry.errors import VehicleSilent
from telemetry.positions import Position
from telemetry.vehicles.kinematics import RESERVE_TO_ARM, Mode, Multirotor
from telemetry.vehicles.protocol import MissionItem

TICK_S = 0.1
"""Wall seconds between two publications."""
PAUSE_CONTINUE = 193
"""MAV_CMD_DO_PAUSE_CONTINUE: param 1 is 0 to pause, 1 to go on."""
_MODES = {
    Mode.HOLD: FlightMode.HOLD,
    Mode.MISSION: FlightMode.MISSION,
    Mode.RETURN: FlightMode.RETURN_TO_LAUNCH,
    Mode.LAND: FlightMode.LAND,
}
_ASKED = {wire: mode for mode, wire in _MODES.items()}


class SimulatedVehicle:
    """A `Multirotor` behind a MAVLink link. Commands arrive on MAVSDK's threads and are obeyed at the next tick."""

    def __init__(self, link: str, model: Multirotor, speed: float) -> None:
        """Open `link` (a MAVSDK connection URL); model time runs `speed` times as fast as the wall's."""
        self.model = model
        self._speed = speed
        self._todo: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.AUTOPILOT))
        self._mavsdk.add_any_connection_with_handle(link)
        component = self._mavsdk.server_component_by_type(ComponentType.AUTOPILOT)
        self._params = ParamServer(component)
        self._telemetry = TelemetryServer(component)
        self._mission = MissionRawServer(component)
        self._action = ActionServer(component)
        self._direct = MavlinkDirectServer(component)
        self._shown: tuple[Mode, bool] | None = None
        self._listen()

    def run(self, stop: threading.Event) -> None:
        """Fly and publish until `stop` is set."""
        last = time.monotonic()
        tick = 0
        while not stop.wait(TICK_S):
            now = time.monotonic()
            self._obey()
            self._complete(self.model.step((now - last) * self._speed))
            last = now
            self._publish(often=tick % 10 == 0)
            tick += 1
        self._mavsdk.destroy()

    def _listen(self) -> None:
        self._action.set_allow_takeoff(True)
        self._action.set_allowable_flight_modes(AllowableFlightModes(True, True, True, True, True, True, True))
        self._action.subscribe_arm_disarm(lambda result, asked, _: self._soon(self._arm, result, asked.arm))
        self._action.subscribe_flight_mode_change(lambda _result, mode, _: self._soon(self._change_mode, mode))
        self._mission.subscribe_incoming_mission(lambda result, plan, _: self._soon(self._load, result, plan))
        self._mission.subscribe_clear_all(lambda _type, _: self._soon(self.model.load, []))
        # MAVSDK's server side answers no landing command and denies every request for the hold mode.
        self._direct.subscribe_command(21, lambda asked, _: self._soon(self._land, asked))
        self._direct.subscribe_command(PAUSE_CONTINUE, lambda asked, _: self._soon(self._pause, asked))

    def _soon(self, what: Callable[..., None], *args: Any) -> None:
        self._todo.put(lambda: what(*args))

    def _obey(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._todo.get_nowait()()

    def _arm(self, result: int, arm: bool) -> None:
        if result == 1 and not (self.model.arm() if arm else self.model.disarm()):
            self._shown = None

    def _change_mode(self, mode: int) -> None:
        asked = _ASKED.get(FlightMode(mode))
        if asked is Mode.MISSION and self.model.armed:
            self.model.fly_mission()
        elif asked is Mode.RETURN and self.model.in_air:
            self.model.turn_to(asked)
        self._shown = None

    def _load(self, result: MissionRawServerResult, plan: Any) -> None:
        if result == MissionRawServerResult.SUCCESS:
            self.model.load([_item(raw) for raw in plan.mission_items])

    def _land(self, asked: MavlinkMessage) -> None:
        if self.model.in_air:
            self.model.turn_to(Mode.LAND)
        self._acknowledge(asked, 21)

    def _pause(self, asked: MavlinkMessage) -> None:
        if json.loads(asked.fields_json)["param1"]:
            self.model.fly_mission()
        else:
            self.model.turn_to(Mode.HOLD)
        self._acknowledge(asked, PAUSE_CONTINUE)

    def _acknowledge(self, asked: MavlinkMessage, command: int) -> None:
        self._send(
            "COMMAND_ACK",
            command=command,
            result=0,
            progress=255,
            result_param2=0,
            target_system=asked.system_id,
            target_component=asked.component_id,
        )

    def _send(self, name: str, **fields: float) -> None:
        self._direct.send_message(MavlinkMessage(message_name=name, fields_json=json.dumps(fields)))

    def _complete(self, items: int) -> None:
        for _ in range(items):
            with contextlib.suppress(MissionRawServerError):  # nothing on board any more: cleared a moment ago
                self._mission.set_current_item_complete()

    def _publish(self, *, often: bool) -> None:
        model, at = self.model, self.model.position
        self._show_mode()
        battery = Battery(
            voltage_v=14.0 + 2.8 * model.battery, remaining_percent=model.battery
        )  # the server wants 0..1
        landed = LandedState.IN_AIR if model.in_air else LandedState.ON_GROUND
        alt = at.alt_m or 0.0
        velocity = VelocityNed(model.v_north, model.v_east, -model.v_up)
        # Until somebody listens there is no system to send to, and publishing says so.
        with contextlib.suppress(TelemetryServerError):
            self._telemetry.publish_position(
                WirePosition(at.lat, at.lon, alt, model.up), velocity, Heading(model.heading_deg)
            )
            self._telemetry.publish_extended_sys_state(VtolState.UNDEFINED, landed)
            if often:
                home = self.model.home
                self._telemetry.publish_home(WirePosition(home.lat, home.lon, home.alt_m or 0.0, 0.0))
                self._telemetry.publish_battery(battery)
                self._telemetry.publish_sys_status(battery, True, True, True, True, True)
                fix = GpsInfo(num_satellites=14, fix_type=FixType.FIX_3D)
                self._telemetry.publish_raw_gps(RawGps(int(time.time() * 1e6), at.lat, at.lon, alt, 0.8, 0.9), fix)
                self._show_progress()

    def _show_mode(self) -> None:
        model = self.model
        self._action.set_armable(model.battery >= RESERVE_TO_ARM, False)
        self._action.set_disarmable(not model.in_air, False)
        if self._shown != (model.mode, model.armed):
            self._action.set_armed_state(model.armed)
            self._action.set_flight_mode_internal(_MODES[model.mode])
            self._shown = (model.mode, model.armed)

    def _show_progress(self) -> None:
        """MISSION_CURRENT once a second, as autopilots do, so that a ground station that comes late knows."""
        total = len(self.model.items)
        if total and self.model.current < total:
            flying = self.model.mode is Mode.MISSION
            self._send("MISSION_CURRENT", seq=self.model.current, total=total, mission_state=3 if flying else 2)


class SimulatedVehicleProcess:
    """The simulated vehicle as a child process; an async context manager that starts it and ends it."""

    def __init__(self, link: str, home: Position, *, speed: float = 1.0, battery: float = 1.0) -> None:
        """`link` is the vehicle's end, such as udpout://127.0.0.1:PORT; `speed` is model seconds a wall second."""
        where = f"{home.lat},{home.lon},{home.alt_m or 0.0}"
        self._args = ["--link", link, "--home", where, "--speed", str(speed), "--battery", str(battery)]
        self.process: Process | None = None

    async def __aenter__(self) -> "SimulatedVehicleProcess":
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "telemetry.vehicles.simulated", *self._args),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        if (await self.process.stdout.readline()).strip() != b"ready":
            await self.stop()
            raise VehicleSilent(f"the simulated vehicle did not start with {' '.join(self._args)}")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """End the process; waits until it has ended."""
        if self.process is None:
            return
        if self.process.returncode is None and self.process.stdin is not None:
            self.process.stdin.close()
            try:
                await asyncio.wait_for(self.process.wait(), 5)
            except TimeoutError:
                self.process.kill()
        await self.process.wait()


def main() -> None:
    """Run one simulated vehicle until the standard input closes or SIGTERM comes."""
    args = _arguments()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it closes our input
    threading.Thread(target=_wait_for_end_of_input, args=(stop,), daemon=True).start()
    log_subscribe(lambda *_: True)
    vehicle = SimulatedVehicle(args.link, Multirotor(args.home, battery=args.battery), args.speed)
    print("ready", flush=True)
    vehicle.run(stop)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m telemetry.vehicles.simulated", description=main.__doc__)
    parser.add_argument("--link", required=True, help="MAVSDK connection URL, e.g. udpout://127.0.0.1:14540")
    parser.add_argument("--home", required=True, type=_home, help="LAT,LON,ALT: degrees, metres above the sea")
    parser.add_argument("--speed", type=float, default=1.0, help="model seconds a wall second")
    parser.add_argument("--battery", type=float, default=1.0, help="charge at the start, 0..1")
    return parser.parse_args()


def _home(text: str) -> Position:
    lat, lon, alt = (float(part) for part in text.split(","))
    return Position(lat=lat, lon=lon, alt_m=alt, accuracy_m=2.0)


def _item(raw: Any) -> MissionItem:
    return MissionItem(
        command=raw.command,
        frame=raw.frame,
        param1=raw.param1,
        param2=raw.param2,
        param3=raw.param3,
        param4=raw.param4,
        lat=raw.x / 1e7,
        lon=raw.y / 1e7,
        alt_m=raw.z,
        autocontinue=bool(raw.autocontinue),
    )


def _wait_for_end_of_input(stop: threading.Event) -> None:
    sys.stdin.buffer.read()
    stop.set()


if __name__ == "__main__":
    main()
