"""The parts of the running program, put together once and handed to every request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import anyio

from incidents.merging import Rules, default_rules
from incidents.merging.categories import load_rules
from incidents.timeline.turns import take_turn
from mapserver.access.principal_cache import PrincipalCache
from mapserver.access.service import Tokens
from mapserver.core.body_budget import BodyBudget
from mapserver.core.body_limits import MIB
from mapserver.core.file_worker import FileWorker
from mapserver.core.forgetting import ForgettingGuard
from mapserver.core.hub import Hub
from mapserver.core.joint_writes import JointWrites
from mapserver.core.listed_towns import require_listed_towns
from mapserver.core.picture_worker import PictureWorker
from mapserver.core.request_rates import RequestRates
from mapserver.core.server_id import this_server
from mapserver.core.settings import Settings
from mapserver.core.town_files import TownFiles, read_town_files
from mapserver.core.trial_worker import TrialWorker
from mapserver.core.viewing_audit import Looks
from mapserver.faults import Amiss, Faults
from mapserver.faults.storage import StorageProbe
from mapserver.faults.workers import WorkerFaults
from mapserver.sign_in.service import SignIns
from mission.flights.check_inputs import Standards
from mission.flights.pilot_console import PilotConsole
from mission.ground import Terrain
from mission.terrain import TerrainAtPath
from telemetry.cities import City
from telemetry.clock import Clock, SystemClock
from telemetry.errors import Misconfigured
from telemetry.leases import LeaseKeeper
from telemetry.mavlink.keyring import Keyring
from telemetry.messages import Message
from telemetry.mqtt import MqttLink
from telemetry.store import MediaStore, Store
from telemetry.store.private import open_private
from telemetry.supervision import Supervisor
from telemetry.towns import service as towns
from telemetry.trusted_time import Uptime, machine_uptime
from telemetry.vehicles.camera_poses import CameraPose, NoPose
from telemetry.workers import WorkerPool
from vision.feeds.capture_time import SteadyTime
from vision.live.conversion_budget import ConversionBudget
from vision.live.stream_condition import StreamCondition
from vision.live.watched_camera import StreamState, WatchedCamera
from vision.plates.keys import PlateKeys
from vision.recording.recording import RecordingState

PARSER_MEMORY = 512 * MIB
"""Bytes of the process that parses."""


@dataclass
class Jobs:
    """The running jobs that pages and numbers ask about."""

    streams: Callable[[], Mapping[str, StreamState]] = dict
    """How each video stream is, by the name of its owner."""
    watched: Callable[[], Mapping[str, WatchedCamera]] = dict
    """What video is read at present, by the name of its owner."""
    conditions: Callable[[], Mapping[str, StreamCondition]] = dict
    """How each of these streams is as people ask, by the name of its owner."""
    recordings: Callable[[], Mapping[str, RecordingState]] = dict
    """How each recording is, by the name of its owner."""
    clips: Callable[[], Mapping[str, float]] = dict
    """How much of each clip that is being made is done, 0..1, by the clip's id."""
    flights: PilotConsole | None = None
    """Orders to flights under way, and what is on board of their drones; None where this server runs none."""
    camera_pose: Callable[[str, float], CameraPose | NoPose] = lambda *_: NoPose.NO_LINK
    """Given a flight's id and a moment (seconds of the monotonic clock), how its camera was and looked then."""
    broker: MqttLink | None = None
    """The link to the MQTT broker; None where the settings name none."""


@dataclass
class Services:
    """Everything a request or a job needs from outside itself."""

    settings: Settings
    store: Store
    media: MediaStore
    tokens: Tokens
    rules: Rules
    standards: Standards = field(default_factory=Standards)
    """What flights are judged by."""
    keyring: Keyring = field(default_factory=Keyring)
    """Keys of the drones whose MAVLink is signed."""
    town_files: TownFiles = field(default_factory=TownFiles)
    """How incidents are handled."""
    clock: Clock = field(default_factory=SystemClock)
    uptime: Callable[[], Uptime] = machine_uptime
    hub: Hub = field(default_factory=Hub)
    jobs: Jobs = field(default_factory=Jobs)
    """What runs beside the requests; filled while the application lives."""

    @cached_property
    def principals(self) -> PrincipalCache:
        """Who each session and token stands for."""
        return PrincipalCache(self.store, self.tokens.digest, self.clock, supervisor=self.workers)

    @cached_property
    def faults(self) -> Faults:
        """What is amiss with this server now."""
        return Faults(self.clock)

    @cached_property
    def workers(self) -> Supervisor:
        """The background workers of this server."""
        return Supervisor(WorkerFaults(self.faults), self.clock)

    @cached_property
    def storage(self) -> StorageProbe:
        """Whether this server can store."""
        return StorageProbe(self.store, self.settings.data_dir)

    @cached_property
    def leases(self) -> LeaseKeeper:
        """What this server does that no other may do at the same time."""
        return LeaseKeeper(self.store, this_server(self.settings), supervisor=self.workers)

    @cached_property
    def joint_writes(self) -> JointWrites:
        """Writes of requests that share a commit."""
        return JointWrites(self.store, take_turn)

    @cached_property
    def request_writes(self) -> anyio.Lock:
        """Held by the request that writes; the others wait on the event loop."""
        return anyio.Lock()

    @cached_property
    def forgetting(self) -> ForgettingGuard:
        """What everything asks that deletes because its time has come."""
        return ForgettingGuard(self.store, clock=self.clock, uptime=self.uptime)

    @cached_property
    def steady(self) -> SteadyTime:
        """The time that pictures are given."""
        return SteadyTime(self.clock)

    @cached_property
    def looks(self) -> Looks:
        """The looks at live video that are under way."""
        return Looks(self.store, self.settings.data_dir / "looks", self.clock)

    @cached_property
    def plate_keys(self) -> PlateKeys:
        """What hashes plates that nobody looks for."""
        lasts = timedelta(hours=self.settings.plates.key_hours)
        return PlateKeys(self.settings.data_dir / "plate_key.json", lasts=lasts, due_by=self.forgetting.due_by)

    @cached_property
    def parsers(self) -> WorkerPool:
        """Reads JSON from outside that is too long for the event loop."""
        return WorkerPool(Message("server.work.long_requests"), workers=1, waiting=16, memory_bytes=PARSER_MEMORY)

    @cached_property
    def files(self) -> FileWorker:
        """Reads files of zones, airspace and plans from outside."""
        return FileWorker()

    @cached_property
    def pictures(self) -> PictureWorker:
        """Decodes pictures from outside."""
        return PictureWorker(most_pixels=self.settings.requests.picture_megapixels * 1_000_000)

    @cached_property
    def trials(self) -> TrialWorker:
        """Tries cameras."""
        return TrialWorker(self.settings.model, self.settings.models_file)

    @cached_property
    def playback(self) -> ConversionBudget:
        """How many recorded times are being played."""
        most = self.settings.recording.played_at_once
        return ConversionBudget(most, full=Message("footage.played_at_most", count=most))

    @cached_property
    def large_bodies(self) -> BodyBudget:
        """How much of large requests is in memory."""
        limits = self.settings.requests
        return BodyBudget(limits.large_bodies_mib * MIB, each=limits.large_bodies_each)

    @cached_property
    def request_rates(self) -> RequestRates:
        """How many requests each sender has made."""
        return RequestRates(self.settings.rates)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Everybody who signs in."""
        lasts = timedelta(hours=self.settings.session_hours)
        return SignIns(
            self.store, self.tokens, self.clock, key=self.settings.key, lasts=lasts, scope=self.settings.scope
        )

    def close_workers(self) -> None:
        """End the threads and processes that work for requests."""
        self.sign_ins.close()
        self.parsers.close()
        self.files.close()
        self.pictures.close()
        self.trials.close()

    @property
    def tlogs(self) -> Path:
        """The folder of the flights' telemetry logs."""
        return self.settings.data_dir / "tlogs"

    @property
    def flight_records(self) -> Path:
        """The folder of flights' records that the database has not taken yet."""
        return self.settings.data_dir / "flights"

    @property
    def recordings(self) -> Path:
        """The folder of the recordings."""
        return self.settings.recordings_folder


def assemble(settings: Settings) -> Services:
    """The parts for `settings`, the store telling the hub of every commit. Opens the database, starts nothing."""
    open_private(settings.data_dir)
    key = settings.key
    keyring = Keyring(settings.signing_keys)
    store = Store(settings.database)
    towns.load(store)
    require_listed_towns(settings)
    standards = standards_of(settings)
    media = MediaStore(settings.data_dir / "media")
    services = Services(settings, store, media, Tokens(key), default_rules(), standards, keyring)
    _read_categories(services)
    services.town_files = read_town_files(settings, services.faults)
    store.listen(services.hub.publish)
    return services


def standards_of(settings: Settings) -> Standards:
    """What the settings say that flights are judged by. Raises UnknownTown."""
    terrains: dict[City, Terrain] = {City(town): TerrainAtPath(path) for town, path in settings.terrains.items()}
    told = {City(town): said.terrain.ground for town, said in settings.towns.items()}
    grounds = {city: ground for city, ground in told.items() if ground is not None}
    policies = {City(town): policy for town, policy in settings.checks.items()}
    return Standards(policies, terrains, grounds)


def _read_categories(services: Services) -> None:
    """Merge by the town's own categories; by those that ship, with a fault, where the file cannot be used."""
    file = services.settings.categories_file
    if file is None:
        return
    try:
        services.rules = load_rules(file)
    except Misconfigured as error:
        words = Message("faults.categories_unread")
        services.faults.begin("categories", Amiss(words, Message("faults.then_restart", reason=error.told)))
