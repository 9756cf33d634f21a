"""Real autopilots in simulation, as recorded: every frame of their links, given again to what listens to a vehicle."""

from dataclasses import dataclass, field

from telemetry.links.link import ARDUPILOT, GROUND_STATION, heartbeat_of
from telemetry.mavlink.frames import V2, frame_length, message_number
from telemetry.mavlink.stream import FrameStream
from telemetry.transfer import readback_rules as how
from telemetry.transfer.home_item import without_home
from telemetry.transfer.messages import Count, Item, PlanKind
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.readback_rules import ReadbackRules
from telemetry.transfer.wire import NUMBERS, Codec
from telemetry.vehicles.heard_state import HeardState
from telemetry.vehicles.notices import Notice
from tests.telemetry.logs.samples import sample

STAMP = 8
Items = tuple[MissionItem, ...]


@dataclass(frozen=True)
class Transfer:
    """A list that went over the link whole."""

    at_s: float
    kind: PlanKind
    items: Items
    """Home among them, where the autopilot keeps it there."""
    plan_id: int


@dataclass
class Replay:
    """What was made of a recording; seconds count from its beginning."""

    said: HeardState
    keeping: ReadbackRules
    sent: list[Transfer] = field(default_factory=list)
    read_back: list[Transfer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    blocked_by: dict[str, float] = field(default_factory=dict)
    """What kept it from arming, and when it was last known."""
    changed_at_s: float | None = None
    """When it was noticed that somebody else had changed the mission."""
    ends_s: float = 0.0

    @property
    def texts(self) -> list[str]:
        """What the pilot is told."""
        return [notice.text for notice in self.notices]

    def last_sent(self, kind: PlanKind) -> Items:
        return self._last(self.sent, kind)

    def last_read(self, kind: PlanKind) -> Items:
        return self._last(self.read_back, kind)

    def _last(self, transfers: list[Transfer], kind: PlanKind) -> Items:
        items = next((one.items for one in reversed(transfers) if one.kind is kind), ())
        at_home = kind is PlanKind.MISSION and self.keeping.home is not None
        return without_home(items) if at_home else items


class _Collected:
    """Lists on their way from one side, by what that side says."""

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._counts: dict[PlanKind, Count] = {}
        self._items: dict[PlanKind, dict[int, MissionItem]] = {}

    def hear(self, frame: bytes, at_s: float) -> Transfer | None:
        """The list that is whole with this frame."""
        message = self._codec.message(frame)
        if isinstance(message, Count):
            self._counts[message.kind] = message
            self._items[message.kind] = {}
        if not isinstance(message, Count | Item) or message.kind not in self._counts:
            return None
        count = self._counts[message.kind]
        items = self._items[message.kind]
        if isinstance(message, Item):
            items[message.sequence] = message.item
        if len(items) < count.count or (isinstance(message, Item) and message.sequence < count.count - 1):
            return None
        return Transfer(at_s, message.kind, tuple(items[n] for n in range(count.count)), count.plan_id)


def replay(name: str) -> Replay:
    """Give what was heard to what a connected vehicle gives it to; each mission that is read back is expected then.

    Skips the test where the recordings are not.
    """
    frames = _frames(sample(f"cases/flight/{name}.tlog").read_bytes())
    target = next(heard for _, frame in frames if (heard := heartbeat_of(frame)) is not None)
    vehicle = (target.system, target.component)
    keeping = how.ARDUPILOT if target.autopilot == ARDUPILOT else how.PX4
    made = Replay(HeardState(target, keeping), keeping)
    down = _Collected(Codec(GROUND_STATION, vehicle))
    up = _Collected(Codec(vehicle, GROUND_STATION))
    for at_s, frame in frames:
        system = frame[5 if frame[0] == V2 else 3]
        if system != target.system:
            if message_number(frame) in NUMBERS and (sent := up.hear(frame, at_s)) is not None:
                made.sent.append(sent)
            continue
        made.said.hear(frame, at_s)
        if message_number(frame) in NUMBERS and (read := down.hear(frame, at_s)) is not None:
            made.read_back.append(read)
            if read.kind is PlanKind.MISSION:
                made.said.progress.begin()
                made.said.mission.expect(made.last_read(PlanKind.MISSION), read.plan_id, at_s)
        made.notices += made.said.notices.taken(at_s)
        made.blocked_by |= dict.fromkeys(map(str, made.said.arming.blocks(at_s).reasons), at_s)
        if made.said.mission.changed is not None and made.changed_at_s is None:
            made.changed_at_s = at_s
        made.ends_s = at_s
    return made


def _frames(log: bytes) -> list[tuple[float, bytes]]:
    """Each frame of a telemetry log through the link's own parser, with its time."""
    stream = FrameStream()
    found: list[tuple[float, bytes]] = []
    at = 0
    began = int.from_bytes(log[:STAMP], "big")
    while at + STAMP < len(log):
        stamp = int.from_bytes(log[at : at + STAMP], "big")
        begins = at + STAMP
        at = begins + frame_length(log, begins)
        found += [((stamp - began) / 1e6, frame) for frame in stream.feed(log[begins:at])]
    assert stream.passed_over == 0
    return found
