"""Settings of video: which streams there are, what is recorded of them, who looks at them, and the wall."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from telemetry.cities import City
from telemetry.messages import Message
from telemetry.towns.values import TownId
from vision.cameras.tables import DEFAULT_PURPOSE
from vision.recording.encodings import ClipCodec

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class VideoSettings(BaseModel):
    """One video stream to analyse."""

    name: str
    """Id of the unit or fixed camera that it belongs to."""
    source: str
    """A file, or an address (rtsp://, rtmp://, http://, udp://, tcp://, and srt:// where Debian's ffmpeg is installed);
    `?listen` after it waits for the camera to call. The main stream, which is kept."""
    sub_source: str | None = None
    """The same camera's smaller stream, if it has one: analysed in place of the main one. That costs less, and loses
    who is far away."""
    transport: Literal["tcp", "udp"] = "tcp"
    """How RTSP brings the pictures."""
    rules: str | None = None
    """A rules file, or the name of a rule set that ships; without, everybody in the picture is a finding."""
    simulated: bool = False
    """Stand-in footage: everything found in it is marked as simulated."""
    purpose: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = DEFAULT_PURPOSE
    """What it is recorded for, in one word, such as traffic or entrances: how long that may be kept depends on it."""
    recorded: bool = True
    """Whether it is recorded, where recording is on."""
    behind_s: Annotated[float, Field(ge=0, le=5)] = 0.0
    """How much later than its telemetry a drone's picture comes here, in seconds, where somebody measured it: what it
    shows is placed by where the drone was then."""
    weight: Annotated[float, Field(gt=0, le=100)] | None = None
    """How often its pictures get their turn at the detector, beside those of others, when there are too many: 4 for
    drones and cameras that read plates, 2 for towers and body cameras and 1 for all else when not set."""


class KeepSettings(BaseModel):
    """How long some recordings are kept; what is left out matches all."""

    model_config = ConfigDict(extra="forbid")

    city: TownId | None = None
    purpose: str | None = None
    source: str | None = None
    """A unit or fixed camera."""
    days: Annotated[float, Field(gt=0, le=3_660)]


class RecordingSettings(BaseModel):
    """Recording of the videos."""

    model_config = ConfigDict(extra="forbid")

    on: bool = False
    folder: Path | None = None
    """DATA/recordings when not set."""
    reserve_gb: Annotated[float, Field(ge=0)] = 5.0
    """So much of the disk stays free; the oldest recordings go before their time for that."""
    most_gb: Annotated[float, Field(gt=0)] | None = None
    """So much all recordings may take; the whole disk but the reserve when not set."""
    days: Annotated[float, Field(gt=0, le=3_660)] = 3.0
    """How long recordings are kept that no rule of `keep` names; for longer than 72 hours the law asks for a reason
    (EDPB Guidelines 3/2019, 8)."""
    clip_codec: ClipCodec = ClipCodec.H264
    """What clips are encoded in: h264 or vp9; the encoder of h264, libx264, is under the GPL."""
    plates_shown_for: list[str] = []
    """Purposes whose blurred clips show number plates; in those of all others they are hidden as heads are."""
    played_at_once: Annotated[int, Field(ge=1, le=16)] = 2
    """So many recorded times are played at once without a clip; each is blurred while it is watched, which keeps a
    processor core busy."""
    keep: list[KeepSettings] = []
    """The first that matches counts."""

    def keep_for(self, city: City, purpose: str, source: str) -> timedelta:
        """How long recordings of that kind are kept."""
        wanted = {"city": city, "purpose": purpose, "source": source}
        for rule in self.keep:
            if all(getattr(rule, name) in (None, value) for name, value in wanted.items()):
                return timedelta(days=rule.days)
        return timedelta(days=self.days)


class AnalysisSettings(BaseModel):
    """Who looks at the videos."""

    model_config = ConfigDict(extra="forbid")

    workers: Literal["local", "ray"] = "local"
    """Processes of this machine, or the machines of a Ray cluster (pip install vanagas[cluster])."""
    processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Of this machine, each with a detector that its streams share in a stated order. One keeps a core busy; more are
    of use from four cores on."""
    ray_address: Annotated[str, Field(pattern=r"^[^\s/:]+:\d{1,5}$")] | None = None
    """The head of the cluster, host:port; one is started on this machine, for itself, when not set."""
    ray_namespace: Annotated[str, Field(min_length=1, max_length=60)] = "vanagas"
    """Two servers on one cluster need two."""
    cpus_a_stream: Annotated[float, Field(gt=0, le=64)] = 0.5
    """Cores that are kept free for each stream on the machine of the cluster that it is placed on."""
    home_url: str | None = None
    """Where what the cluster's machines find comes home, as they reach it: this server (https://…), or the MQTT broker
    of `mqtt` (mqtts://…)."""
    mqtt_username: str = ""
    """Of an account at that broker that may publish to vanagas/findings/+ and read vanagas/receipts/+."""
    mqtt_password: SecretStr = SecretStr("")
    tokens: dict[TownId, SecretStr] = {}
    """For each town the token of a device of it (`vanagas token`): findings come home in its name, over MQTT sealed
    with it."""
    alone_s: Annotated[float, Field(ge=10, le=86_400)] = 300.0
    """So long the cluster goes on reading cameras while there is no server, which may be starting anew."""

    @model_validator(mode="after")
    def _refuse_contradictions(self) -> "AnalysisSettings":
        cluster = (
            "ray_address", "ray_namespace", "cpus_a_stream", "home_url", "mqtt_username", "mqtt_password", "tokens",
            "alone_s",
        )  # fmt: skip
        if self.workers == "local":
            if said := [name for name in cluster if name in self.model_fields_set]:
                raise ValueError(Message("settings.about_a_cluster", name=said[0]))
            return self
        if "processes" in self.model_fields_set:
            raise ValueError(Message("settings.processes_of_ray"))
        self._check_home()
        return self

    @property
    def home_is_broker(self) -> bool:
        """Whether findings come home over MQTT."""
        return self.home_url is not None and urlsplit(self.home_url).scheme in ("mqtt", "mqtts")

    def _check_home(self) -> None:
        if not self.home_is_broker and {"mqtt_username", "mqtt_password"} & self.model_fields_set:
            raise ValueError(Message("settings.no_broker"))
        if self.home_url is None:
            if self.ray_address is not None:
                raise ValueError(Message("settings.home_missing"))
            return
        home = urlsplit(self.home_url)
        known = home.scheme in ("http", "https") or (self.home_is_broker and home.path in ("", "/"))
        if not known or not home.hostname or home.query or home.username:
            raise ValueError(Message("settings.home_no_address"))
        if home.hostname in LOOPBACK:
            if self.ray_address is not None and self.ray_address.rpartition(":")[0] not in LOOPBACK:
                raise ValueError(Message("settings.home_loopback"))
        elif home.scheme not in ("https", "mqtts"):
            raise ValueError(Message("settings.home_in_clear"))


class WallSettings(BaseModel):
    """The wall of all streams."""

    model_config = ConfigDict(extra="forbid")

    live_at_once: Annotated[int, Field(ge=0, le=64)] = 6
    """So many of its tiles play live by themselves where something moves; the others show stills."""
    still_every_s: Annotated[float, Field(ge=1, le=60)] = 4.0
    """How often a still is asked for anew."""
    converted_at_once: Annotated[int, Field(ge=0, le=16)] = 2
    """So many cameras whose codec a browser cannot play (H.265, MJPEG) are converted to H.264 at once, while somebody
    looks at them; 1920x1080 takes a fifth of a processor core each, 640x360 a twentieth."""
