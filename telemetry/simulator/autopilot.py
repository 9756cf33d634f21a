"""The simulated autopilot: MAVLink frames and the time go in, frames come out. Opens no socket.

Answers what a ground station asks of PX4 or ArduPilot: commands, modes, plans, parameters, rates. Messages and their
meaning: mavlink.io, common.xml; rates: PX4's MAVLINK_MODE_NORMAL.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.mavlink.extensions import PlanIds, with_current_plan_ids
from telemetry.mavlink.frames import message_number
from telemetry.positions import LocalFrame, Position
from telemetry.simulator import commands
from telemetry.simulator.fences import outside_fence
from telemetry.simulator.flavour import Flavour
from telemetry.simulator.gimbal import Gimbal
from telemetry.simulator.parameters import Parameters
from telemetry.simulator.plans import PlanStore
from telemetry.simulator.reports import REPORTS, Reporter
from telemetry.simulator.safety import Safety
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from telemetry.transfer.readback_rules import PLACED
from telemetry.transfer.wire import NUMBERS, Codec
from telemetry.vehicles.kinematics import Multirotor

COMPONENT = 1
"""MAV_COMP_ID_AUTOPILOT1."""
PIECE = 50
"""Bytes of a STATUSTEXT."""
GCS_TYPE = mavlink.MAV_TYPE_GCS


class Autopilot:
    """One vehicle on one link."""

    def __init__(self, model: Multirotor, flavour: Flavour, *, system: int = 1) -> None:
        self.model = model
        self.flavour = flavour
        self.system = system
        model.after_takeoff = flavour.after_takeoff
        model.mode = flavour.idle_mode
        self.mav = mavlink.MAVLink(None, system, COMPONENT)
        self.mav.robust_parsing = True
        self.plans = {kind: self._plan_store(kind) for kind in PlanKind}
        self.now = 0.0
        self.parameters = Parameters(flavour)
        self.reporter, self.gimbal = Reporter(self), Gimbal(model)
        self.safety = Safety(self)
        self.unflyable: str | None = None
        """Why the mission on board is not flown, in its words."""
        self.silent = False
        """Whether its radio is off: nothing is heard and nothing said."""
        self.heard_ground_at: float | None = None
        self._out: list[bytes] = []
        self._texts = 0
        self._codecs: dict[tuple[int, int], Codec] = {}

    def hear(self, frame: bytes, now: float) -> None:
        """One whole frame from a ground station."""
        self.now = now
        if self.silent:
            return
        heard = self.mav.decode(bytearray(frame))
        sender = (heard.get_srcSystem(), heard.get_srcComponent())
        if getattr(heard, "target_system", 0) not in (0, self.system):
            return
        number = message_number(frame)
        if number in NUMBERS:
            self._hear_plan(frame, heard, sender)
        elif (answer := _ANSWERS.get(heard.get_type())) is not None:
            answer(self, heard, sender)

    def tick(self, seconds: float, now: float) -> list[bytes]:
        """Let `seconds` of the model's time go by until `now`; gives everything to be sent."""
        self.now = now
        if self.flavour.home_is_item_0 and not self.plans[PlanKind.MISSION].items:
            self.plans[PlanKind.MISSION].items = [self.home_item()]
        photos = self.model.photos
        before = self.model.current
        done = self.wire_current
        self.model.step(seconds)
        for item in self.model.items[before : self.model.current]:
            self.gimbal.follow(item)
        for number in range(done, self.wire_current):
            self.say(mavlink.MAVLink_mission_item_reached_message(number))
        for number in range(photos, self.model.photos):
            self.reporter.photo(number)
        self.safety.look()
        for store in self.plans.values():
            for message in store.tick(now):
                for codec in self._codecs.values():
                    self._out.append(codec.frame(message))
        self.reporter.due()
        return self.answers()

    def answers(self) -> list[bytes]:
        """What is to be sent at once, without waiting for the next tick."""
        out = self._out
        self._out = []
        if self.silent:
            return []
        return out

    def say(self, message: Any) -> None:
        """Send a message at the next tick."""
        self._out.append(self._packed(message))
        self.mav.seq = (self.mav.seq + 1) % 256

    def _packed(self, message: Any) -> bytes:
        frame: bytes = message.pack(self.mav)
        if message.get_type() == "MISSION_CURRENT" and self.flavour.numbers_plans:
            ids = (self.plans[kind].plan_id for kind in (PlanKind.MISSION, PlanKind.FENCE, PlanKind.RALLY))
            return with_current_plan_ids(frame, PlanIds(*ids))
        return frame

    def text(self, severity: int, words: str) -> None:
        """A STATUSTEXT for the ground station's log, in pieces when it is long."""
        data = words.encode()
        if len(data) <= PIECE:
            self.say(mavlink.MAVLink_statustext_message(severity, data))
            return
        self._texts = self._texts % 65_535 + 1
        for number, begins in enumerate(range(0, len(data) + 1, PIECE)):
            piece = data[begins : begins + PIECE]
            self.say(mavlink.MAVLink_statustext_message(severity, piece, self._texts, number))

    def change_mission(self, items: Sequence[MissionItem]) -> None:
        """Have another mission, as a second ground station would have put it on board."""
        home = []
        if self.flavour.home_is_item_0:
            home = [self.home_item()]
        self.plans[PlanKind.MISSION].change([*home, *items])

    def reboot(self) -> None:
        """Forget what was under way; plans stay, as they do on a real one."""
        for store in self.plans.values():
            store.forget_transfer()
        self.model.armed = False
        self.model.mode = self.flavour.idle_mode
        self.reporter.boot()

    def home_item(self) -> MissionItem:
        """What ArduPilot shows as the first item of every mission."""
        home = self.model.home
        return MissionItem(Command.WAYPOINT, AltitudeFrame.AMSL, lat=home.lat, lon=home.lon, alt_m=home.alt_m or 0.0)

    @property
    def wire_current(self) -> int:
        """The item being flown as MISSION_CURRENT counts: home is one where the flavour has it so."""
        return self.model.current + int(self.flavour.home_is_item_0)

    def _plan_store(self, kind: PlanKind) -> PlanStore:
        return PlanStore(kind, self.flavour, self._plan_changed(kind))

    def _plan_changed(self, kind: PlanKind) -> Callable[[], None]:
        def changed() -> None:
            if kind is PlanKind.MISSION:
                self._load_mission()
            elif kind is PlanKind.RALLY:
                self._load_rally()
            if kind is not PlanKind.RALLY:
                self._check_mission()
            if kind in self.flavour.received and self.plans[kind].items:
                self.text(*self.flavour.received[kind])

        return changed

    def _load_mission(self) -> None:
        """From its first item; one that is changed in the air goes on at the same number, as on a real one."""
        items = self.plans[PlanKind.MISSION].items
        current = self.model.current
        if self.flavour.home_is_item_0 and items:
            items[0] = self.home_item()
            items = items[1:]
        self.model.load(items)
        if self.model.in_air:
            self.model.current = min(current, len(items))

    def _load_rally(self) -> None:
        home = LocalFrame(self.model.home.lat, self.model.home.lon)
        points = self.plans[PlanKind.RALLY].items
        self.model.rally = [(*home.to_metres(point.lat, point.lon), point.alt_m) for point in points]

    def _check_mission(self) -> None:
        """PX4: whether each waypoint is inside the fence; what is not is said, and the mission is not flown."""
        self.unflyable = None
        if not self.flavour.checks_mission_by_fence:
            return
        home = LocalFrame(self.model.home.lat, self.model.home.lon)
        fence = self.plans[PlanKind.FENCE].items
        for number, item in enumerate(self.plans[PlanKind.MISSION].items, 1):
            placed = item.command in PLACED and (item.lat, item.lon) != (0, 0)
            if placed and outside_fence(fence, home, *home.to_metres(item.lat, item.lon)):
                self.unflyable = f"Geofence violation for waypoint {number}"
                self.text(mavlink.MAV_SEVERITY_CRITICAL, self.unflyable)
                return

    def _hear_plan(self, frame: bytes, heard: Any, sender: tuple[int, int]) -> None:
        if heard.get_type() == "MISSION_ITEM" and heard.current == 2:  # a point to go to, as older stations send it
            self.model.go_to(Position(lat=heard.x, lon=heard.y), heard.z)
            return
        codec = self._codecs.setdefault(sender, Codec((self.system, COMPONENT), sender))
        message = codec.message(frame)
        if message is not None:
            for answer in self.plans[message.kind].hear(message, self.now):
                self._out.append(codec.frame(answer))


def _heartbeat(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    if heard.type == GCS_TYPE:
        pilot.heard_ground_at = pilot.now


def _ping(pilot: Autopilot, heard: Any, sender: tuple[int, int]) -> None:
    if heard.target_system == 0:
        pilot.say(mavlink.MAVLink_ping_message(heard.time_usec, heard.seq, *sender))


def _timesync(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    if heard.tc1 == 0:
        pilot.say(mavlink.MAVLink_timesync_message(int(pilot.now * 1e9), heard.ts1))


def _command(pilot: Autopilot, heard: Any, sender: tuple[int, int]) -> None:
    params = [getattr(heard, f"param{n}") for n in range(1, 5)]
    if heard.get_type() == "COMMAND_INT":
        scale = 1 if heard.frame == AltitudeFrame.NO_POSITION else 1e7
        params += [heard.x / scale, heard.y / scale, heard.z]
    else:
        params += [heard.param5, heard.param6, heard.param7]
    result = commands.obey(pilot, heard.command, params)
    pilot.say(mavlink.MAVLink_command_ack_message(heard.command, result, 255, 0, *sender))


def _set_mode(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    commands.change_mode(pilot, int(heard.custom_mode))


def _clear_all(pilot: Autopilot, heard: Any, sender: tuple[int, int]) -> None:
    for kind in PlanKind:
        if heard.mission_type in (kind, mavlink.MAV_MISSION_TYPE_ALL):
            pilot.plans[kind].clear()
    pilot.say(mavlink.MAVLink_mission_ack_message(*sender, 0, heard.mission_type))


def _set_current(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    commands.jump_to(pilot, heard.seq)


def _go_to(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    up = heard.alt
    if heard.coordinate_frame not in (AltitudeFrame.RELATIVE, 6):
        up -= pilot.model.home.alt_m or 0.0
    pilot.model.go_to(Position(lat=heard.lat_int / 1e7, lon=heard.lon_int / 1e7), up)


def _streams(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    for name in REPORTS:
        pilot.reporter.ask(name, heard.req_message_rate if heard.start_stop else 0)


def _parameters(pilot: Autopilot, heard: Any, _sender: tuple[int, int]) -> None:
    for message in pilot.parameters.answers(heard):
        pilot.say(message)


Answer = Callable[[Autopilot, Any, tuple[int, int]], None]
_ANSWERS: dict[str, Answer] = {
    "HEARTBEAT": _heartbeat,
    "PING": _ping,
    "TIMESYNC": _timesync,
    "COMMAND_LONG": _command,
    "COMMAND_INT": _command,
    "SET_MODE": _set_mode,
    "MISSION_CLEAR_ALL": _clear_all,
    "MISSION_SET_CURRENT": _set_current,
    "SET_POSITION_TARGET_GLOBAL_INT": _go_to,
    "REQUEST_DATA_STREAM": _streams,
    "PARAM_REQUEST_LIST": _parameters,
    "PARAM_REQUEST_READ": _parameters,
    "PARAM_SET": _parameters,
}
