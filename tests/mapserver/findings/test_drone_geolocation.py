"""Live findings of a flying drone are placed by its pose, or say why they are not: real MAVLink, real telegrams."""

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from json import loads

import cv2
import numpy as np
import pytest
from sqlmodel import select

from mapserver.core.services import Services
from mapserver.core.video_settings import VideoSettings
from mapserver.findings.drone_geolocation import hfov_of
from mapserver.video.worker import VideoDesk
from mission.flights.states import FlightState
from mission.flights.tables import FlightRow
from mission.registry import service as registry
from mission.registry.values import DronePapers
from telemetry.cities import City
from telemetry.clock import SystemClock, from_epoch
from telemetry.errors import BadInput
from telemetry.messages import written
from telemetry.observations import Observation
from telemetry.observations import repository as observations
from telemetry.positions import LocalFrame, Position, distance_m
from telemetry.scopes import DEMO, LIVE, Scope
from telemetry.simulator.flavour import FlavourName
from telemetry.units.tables import UnitRow
from telemetry.vehicles.camera_poses import CameraPose
from telemetry.vehicles.dronekit_driver import DronekitVehicle
from telemetry.vehicles.mavsdk_driver import MavsdkVehicle
from telemetry.visibility import EVERYTHING
from tests.mission.checks.builders import papers
from tests.mission.flights.builders import a_drone, a_flight
from tests.telemetry.vehicles.links import HOME, AnyVehicle, connected_vehicle, put_mission, short_mission
from tests.telemetry.vehicles.poses import Told, attitude, gimbal, home, place
from vision.findings import Finding
from vision.ground.looking import holds

HFOV_DEG, ASPECT = 70.0, 1280 / 720
JPEG = bytes(cv2.imencode(".jpg", np.zeros((720, 1280, 3), np.uint8))[1])
VIDEO = VideoSettings(name="drone-1", source="rtsp://127.0.0.1/drone")
FRAME = LocalFrame(HOME.lat, HOME.lon)


@dataclass
class Aloft:
    """A drone in the air whose video is live, as the rest of the program sees it."""

    parts: Services
    told: Told = field(default_factory=Told)
    video: VideoSettings = field(default_factory=lambda: VIDEO)

    def __post_init__(self) -> None:
        self.look_now()
        a_drone(self.parts.store)
        flight = a_flight(self.parts.store, SystemClock())
        self.parts.jobs.camera_pose = lambda flight_id, moment: (
            self.told.poses.at(moment) if flight_id == flight.id else pytest.fail("another flight was asked for")
        )
        with self.parts.store.write() as work:
            row = work.session.get_one(FlightRow, flight.id)
            row.state = FlightState.FLYING
            work.session.add(row)
        self.change(hfov_deg=HFOV_DEG, range_m=120.0, height_m=60.0)

    def look_now(self) -> None:
        """From here on, ago means before this moment, however long the machine takes over what a test does."""
        self.utc_s, self.monotonic_s = self.parts.steady.now()

    def look_at(self, monotonic_s: float) -> None:
        """The same, with a moment of before."""
        utc_s, now_s = self.parts.steady.now()
        self.utc_s, self.monotonic_s = utc_s - (now_s - monotonic_s), monotonic_s

    def change(self, **columns: float | str | None) -> None:
        """Change the drone's row."""
        with self.parts.store.write() as work:
            row = work.session.get_one(UnitRow, "drone-1")
            for name, value in columns.items():
                setattr(row, name, value)
            work.session.add(row)

    def hear(self, *, ago_s: float, pitch: float = -45.0, north_m: float = 0.0) -> None:
        """The drone, 60 m up, says that it was `north_m` of home and looked north, `ago_s` seconds ago."""
        lat, lon = FRAME.to_degrees(0, north_m)
        self.told.hear(self.monotonic_s - ago_s, place(lat, lon), attitude(0), gimbal(0, pitch))

    def see(
        self, x: float = 0.5, y: float = 0.5, *, ago_s: float = 0.0, box: tuple[float, ...] | None = None
    ) -> Observation:
        """What is kept of a finding in a picture taken `ago_s` seconds ago."""
        at = from_epoch(self.utc_s) - timedelta(seconds=ago_s)
        with self.parts.store.read() as session:
            before = len(observations.latest(session, EVERYTHING, limit=1_000))
        left, top, right, bottom = box or (x - 0.01, y - 0.05, x + 0.01, y)
        finding = Finding(
            camera_id="drone-1", ref=f"e/{before}/person", rule="yard", category="person", label="person",
            at=at - timedelta(seconds=3), ended=at, confidence=0.9, box=(left, top, right, bottom),
            summary=written("a person"), attributes={}, snapshot=JPEG,
        )  # fmt: skip
        self.parts.settings.videos = [self.video]
        VideoDesk(self.parts, None)._sink(finding)
        with self.parts.store.read() as session:
            kept = observations.latest(session, EVERYTHING, limit=1_000)
        (found,) = [one for one in kept if one.source_ref == finding.ref]
        return found


@pytest.fixture
def aloft(parts: Services) -> Iterator[Aloft]:
    yield Aloft(parts)


def at(east_m: float, north_m: float) -> Position:
    lat, lon = FRAME.to_degrees(east_m, north_m)
    return Position(lat=lat, lon=lon)


def off_m(found: Observation, true: Position) -> float:
    assert found.position is not None
    return distance_m(found.position, true)


def pictured(camera: np.ndarray, aimed_at: np.ndarray, thing: np.ndarray) -> tuple[float, float]:
    """Where a thing is in a level picture whose middle is `aimed_at`, by vectors alone; east, north, up in metres."""
    axis = (aimed_at - camera) / np.linalg.norm(aimed_at - camera)
    right = np.cross(axis, [0, 0, 1])
    right = right / np.linalg.norm(right)
    up, to, half = np.cross(right, axis), thing - camera, math.tan(math.radians(HFOV_DEG) / 2)
    return float(to @ right / (to @ axis) / half + 1) / 2, float(1 - to @ up / (to @ axis) / half * ASPECT) / 2


DRIVERS: dict[str, tuple[Callable[[str], AnyVehicle], FlavourName]] = {
    "MAVSDK with PX4": (MavsdkVehicle, FlavourName.PX4),
    "DroneKit with ArduPilot": (DronekitVehicle, FlavourName.ARDUPILOT),
}


@pytest.mark.parametrize("driver", DRIVERS)
async def test_what_a_drone_60_m_up_sees_45_degrees_down_is_where_it_is(parts: Services, driver: str) -> None:
    aloft, (make, flavour) = Aloft(parts), DRIVERS[driver]
    async with connected_vehicle(speed=10, driver=make, flavour=flavour) as (vehicle, process):
        parts.jobs.camera_pose = lambda _, moment: vehicle.camera_pose(moment)
        await put_mission(vehicle, short_mission(alt_m=60))
        await vehicle.start_mission()
        await _until(vehicle, lambda pose: pose.height_m > 59)
        await vehicle.go_to(at(30, 40), 60)
        await _until(vehicle, lambda pose: _hangs(pose) and distance_m(_of(pose), at(30, 40)) < 1)
        looked_at = FRAME.to_degrees(30 + 36, 40 + 48)  # 60 m ahead of where it hangs
        await vehicle.look_at(Position(lat=looked_at[0], lon=looked_at[1], alt_m=HOME.alt_m))
        aimed_at = np.array([*FRAME.to_metres(*looked_at), 0.0])
        aloft.look_at(await _until(vehicle, lambda pose: _hangs(pose) and _looks_at(pose, aimed_at)))
        truth = loads(await process.tell("state"))
        camera = np.array([*FRAME.to_metres(truth["lat"], truth["lon"]), truth["height_m"]])
        for east, north in ((66, 88), (50, 90), (75, 80), (62, 100)):
            x, y = pictured(camera, aimed_at, np.array([east, north, 0.0]))
            found = await asyncio.to_thread(aloft.see, x, y)
            assert found.attributes["placed"] == "by where the drone was and its camera looked"
            assert off_m(found, at(east, north)) < 0.5
            assert found.position is not None
            assert holds(found.position, at(east, north).lat, at(east, north).lon)


def _of(pose: CameraPose) -> Position:
    return Position(lat=pose.lat, lon=pose.lon)


def _hangs(pose: CameraPose) -> bool:
    return math.hypot(pose.north_m_s, pose.east_m_s) < 0.01 and abs(pose.height_m - 60) < 0.1


def _looks_at(pose: CameraPose, aimed_at: np.ndarray) -> bool:
    """Whether the camera has come to rest on that place, some 45 degrees down."""
    east, north, up = aimed_at - [*FRAME.to_metres(pose.lat, pose.lon), pose.height_m]
    down, round_to = math.degrees(math.atan2(up, math.hypot(east, north))), math.degrees(math.atan2(east, north))
    rests = pose.held_s == 0 and pose.turn_deg_s < 0.01  # it may come by there on its way
    return rests and abs(down + 45) < 1 and abs(pose.pitch_deg - down) < 0.1 and abs(pose.yaw_deg - round_to) < 0.1


async def _until(vehicle: AnyVehicle, right: Callable[[CameraPose], bool]) -> float:
    """The first moment (monotonic, s), long enough ago for what the vehicle said after it, at which it was right."""
    async with asyncio.timeout(120):
        async for _ in vehicle.states():
            moment = time.monotonic() - 0.5
            pose = vehicle.camera_pose(moment)
            if isinstance(pose, CameraPose) and right(pose):
                return moment
    raise AssertionError("the vehicle said no more")


def test_a_thing_is_placed_by_where_the_drone_was_when_the_picture_was_taken(aloft: Aloft) -> None:
    for ago_s, north_m in ((2.1, 0.0), (1.9, 0.0), (0.1, 100.0)):
        aloft.hear(ago_s=ago_s, north_m=north_m)
    assert off_m(aloft.see(ago_s=2.0), at(0, 60)) < 0.5
    assert off_m(aloft.see(ago_s=0.05), at(0, 160)) < 1


def test_a_picture_that_comes_later_than_its_telemetry_is_placed_by_the_earlier_pose(aloft: Aloft) -> None:
    for ago_s, north_m in ((2.1, 0.0), (1.9, 0.0), (0.1, 100.0)):
        aloft.hear(ago_s=ago_s, north_m=north_m)
    aloft.video = VIDEO.model_copy(update={"behind_s": 1.5})
    assert off_m(aloft.see(ago_s=0.5), at(0, 60)) < 0.5


@pytest.mark.parametrize(("pitch", "box", "north_m"), [(-90, (0.4, 0.3, 0.6, 0.7), 0), (-45, (0.4, 0.1, 0.6, 0.5), 60)])
def test_from_above_a_thing_is_at_the_middle_of_its_box_else_at_its_foot(
    aloft: Aloft, pitch: float, box: tuple[float, ...], north_m: float
) -> None:
    aloft.hear(ago_s=0, pitch=pitch)
    assert off_m(aloft.see(box=box), at(0, north_m)) < 1


def test_while_its_camera_swings_round_nothing_is_placed_by_its_pose(aloft: Aloft) -> None:
    aloft.hear(ago_s=0.2, pitch=-90)
    aloft.hear(ago_s=0.0, pitch=-45)
    assert aloft.see(ago_s=0.1).attributes["placed"].endswith("its camera was swinging round")


def test_a_drone_that_tells_no_gimbal_is_placed_as_before_and_the_observation_says_so(aloft: Aloft) -> None:
    aloft.told.hear(aloft.monotonic_s, place(HOME.lat, HOME.lon), attitude(0))
    found = aloft.see()
    assert found.position is not None
    assert (found.position.lat, found.position.lon, found.position.ellipse) == (HOME.lat, HOME.lon, None)
    assert found.position.accuracy_m == pytest.approx(60 * math.tan(math.radians(35)), rel=0.01)
    assert found.attributes["placed"] == ("in the middle of its view: the drone does not tell where its camera looks")


def test_a_pose_of_more_than_a_second_ago_is_not_taken_for_the_pictures(aloft: Aloft) -> None:
    aloft.hear(ago_s=3)
    assert aloft.see().attributes["placed"].endswith("more than a second away from the picture")


def test_above_the_horizon_nothing_is_placed_by_the_pose(aloft: Aloft) -> None:
    aloft.hear(ago_s=0, pitch=0)
    assert aloft.see(0.5, 0.3).attributes["placed"].endswith("it is too near the horizon")


@pytest.mark.parametrize(
    ("video", "scope"),
    [
        (VIDEO.model_copy(update={"simulated": True}), LIVE),
        (VIDEO.model_copy(update={"source": "somewhere/else.mp4"}), LIVE),
        (VIDEO, DEMO),
    ],
)
def test_footage_that_is_not_the_drones_own_view_is_never_placed_by_its_gimbal(
    aloft: Aloft, video: VideoSettings, scope: Scope
) -> None:
    aloft.hear(ago_s=0)
    aloft.video = video
    aloft.change(scope=scope)
    found = aloft.see()
    assert off_m(found, at(0, 0)) < 0.1
    assert found.attributes["placed"] == "in the middle of its view: its pictures are not the drone's own"


def test_what_is_about_the_whole_picture_is_in_the_middle_of_the_view(aloft: Aloft) -> None:
    aloft.hear(ago_s=0)
    assert aloft.see(box=(0, 0, 1, 1)).attributes["placed"].endswith("it is about the whole picture")


def test_once_it_has_landed_no_pose_is_asked_for(aloft: Aloft) -> None:
    aloft.hear(ago_s=0)
    with aloft.parts.store.write() as work:
        (row,) = work.session.exec(select(FlightRow))
        row.state = FlightState.LANDED
        work.session.add(row)
    assert aloft.see().attributes["placed"].endswith("this server has no link to the drone")


def test_a_field_of_view_is_the_units_own_else_its_models_else_not_known(aloft: Aloft) -> None:
    def hfov() -> float | None:
        with aloft.parts.store.read() as session:
            return hfov_of(session, "drone-1")

    assert hfov() == HFOV_DEG
    aloft.change(hfov_deg=None)
    held = papers().drone
    assert held is not None
    for airframe, known in (("mavic3e", pytest.approx(71.6, abs=0.1)), ("", None), ("no such drone", None)):
        with aloft.parts.store.write() as work:
            entry = DronePapers.model_validate({**held.model_dump(), "airframe": airframe})
            registry.enter(work, "drone-1", entry, city=City("dobele"), by="s", at=SystemClock().now(), scope=LIVE)
        assert hfov() == known
    aloft.hear(ago_s=0)
    assert aloft.see().attributes["placed"].endswith("nobody entered its camera's field of view")


class Hole:
    """A terrain that knows no height anywhere."""

    version = "hole"

    def heights_m(self, lats: object, lons: object) -> np.ndarray:
        raise BadInput("the terrain hole.tif does not reach to latitude 56")


def test_beyond_the_terrain_file_it_says_so_and_before_home_is_told_too(aloft: Aloft) -> None:
    aloft.parts.standards.terrains[City("dobele")] = Hole()  # type: ignore[index]
    aloft.hear(ago_s=0)
    assert aloft.see().attributes["placed"].endswith("the drone has not told its home")
    aloft.told.hear(aloft.monotonic_s, home(HOME.lat, HOME.lon))
    assert aloft.see().attributes["placed"].endswith("the terrain hole.tif does not reach to latitude 56")
