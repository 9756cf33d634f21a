"""Settings: command line first, then VANAGAS_* in the environment, then DATA/vanagas.toml. Refuses what is unsafe."""

import secrets
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource
from sqlalchemy.engine import make_url

from incidents.escalation.policy import EscalationPolicy
from incidents.responders.travel import TravelPolicy
from incidents.retention.policy import RetentionPolicy
from mapserver.core.chain_settings import ChainSettings
from mapserver.core.device_settings import PullSettings, ReceiverSettings
from mapserver.core.mail_settings import MailSettings, ReferralSettings
from mapserver.core.request_rates import RateSettings
from mapserver.core.request_settings import RequestSettings
from mapserver.core.town_settings import TownSettings
from mapserver.core.video_settings import (
    LOOPBACK,
    AnalysisSettings,
    RecordingSettings,
    VideoSettings,
    WallSettings,
)
from mission.checks.policy import Policy
from telemetry.errors import Misconfigured
from telemetry.messages import Message
from telemetry.scopes import DEMO, LIVE, Scope
from telemetry.towns.values import TownId
from telemetry.validation import explain
from vision.feeds.address import is_address

SHORTEST_SECRET = 32
KNOWN_SECRETS = frozenset({"changeme", "change-me", "secret", "password", "vanagas", "admin", "default"})
CONFIG_FILE = "vanagas.toml"


TOPIC_PREFIX = r"^[^$#+/\x00-\x1f]([^#+\x00-\x1f]*[^#+/\x00-\x1f])?$"
"""No wildcard, no slash at either end (MQTT 3.1.1, section 4.7)."""
TopicPrefix = Annotated[str, Field(max_length=200, pattern=TOPIC_PREFIX)]


class MqttSettings(BaseModel):
    """A broker that devices publish to."""

    client_id: str = "vanagas"
    """The session's name at the broker; two servers on one broker need two."""
    host: str
    port: int = 1883
    tls: bool = False
    """Usually on port 8883."""
    ca_file: Path | None = None
    """With `tls`: certificates (PEM) of who vouches for the broker, such as a town's own authority; this machine's
    when left out."""
    frigate_prefixes: Annotated[list[TopicPrefix], Field(min_length=1)] = ["frigate"]
    """The `topic_prefix` of each Frigate that publishes to the broker."""
    dialect_topics: dict[str, str] = {}
    """Topic filters of other devices' own messages, and the dialect of each (`vanagas intake dialects`), such as
    {"town/onvif-ej/#" = "onvif"}."""
    device_tokens: dict[str, SecretStr] = {}
    """Tokens of devices whose observations are heard on vanagas/observations/SENDER, by a name for each."""
    username: str = ""
    password: SecretStr = SecretStr("")


class AlertSettings(BaseModel):
    """How administrators are told of faults, beside the map page and the log."""

    model_config = ConfigDict(extra="forbid")

    webhook: Annotated[str, Field(pattern=r"^https?://[^\s/]+")] | None = None
    """An address that each fault is posted to as JSON (`mapserver/inspections/webhook.py`); nobody when not set."""


class WeatherSettings(BaseModel):
    """A weather service that is asked for every town, in the form of Open-Meteo's forecast."""

    base_url: str
    """Such as https://api.open-meteo.com; asked is its /v1/forecast."""
    every_min: Annotated[float, Field(ge=1, le=720)] = 30.0
    timeout_s: Annotated[float, Field(gt=0, le=120)] = 15.0


class PlateSettings(BaseModel):
    """How long plates are kept that were read and that nobody looks for."""

    model_config = ConfigDict(extra="forbid")

    keep_hours: Annotated[float, Field(gt=0, le=720)] = 24
    """Until the hash goes too, and the observation says only that some plate was read."""
    key_hours: Annotated[float, Field(gt=0, le=168)] = 24
    """Until the key of the hashes is replaced, and no hash of before can be told any more."""


class Settings(BaseSettings):
    """Everything that can be set. Environment names: VANAGAS_ and the field's name; nested with two underscores."""

    model_config = SettingsConfigDict(env_prefix="VANAGAS_", env_nested_delimiter="__", extra="forbid")
    _file: ClassVar[Path | None] = None

    data_dir: Path = Path("data")
    """Where everything is kept: database, pictures, the settings file."""
    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str | None = None
    """Such as postgresql://user:password@host/database; DATA/vanagas.db when not set."""
    secret_key: SecretStr | None = None
    """Keys the digests of sessions and tokens; at least 32 characters, as `openssl rand -hex 32` prints them."""
    demo: bool = False
    """Simulated units and invented places; every screen says so."""
    public_url: str | None = None
    """Where browsers reach the server, such as https://vanagas.example; else as each request or its proxy says."""
    behind_proxy: str | None = None
    """Address or network of the reverse proxy before it: X-Forwarded-For and -Proto are believed from it alone."""
    tls_certificate: Path | None = None
    """PEM; with `tls_key` the server does TLS itself."""
    tls_key: Path | None = None
    secure_cookies: bool = True
    """Session cookies only over HTTPS; the demo on loopback turns it off."""
    session_hours: float = 12
    categories_file: Path | None = None
    """A town's own categories.toml for merging."""
    closing_codes_file: Path | None = None
    """A town's own list of how incidents end, in the form of `incidents/closing/codes.toml`."""
    procedures_file: Path | None = None
    """What is done about incidents, step by step, in the form of `incidents/procedures/procedures.toml`."""
    services_file: Path | None = None
    """Which service is responsible for which incidents, in the form of `incidents/referrals/services.toml`."""
    mail: MailSettings | None = None
    """The mail server through which services are written to; nobody is when not set."""
    referrals: ReferralSettings = ReferralSettings()
    models_file: Path | None = None
    """More detection models, beside those that ship."""
    model: str = "nanodet-g-int8"
    """The detection model's name in the catalogue."""
    checks: dict[TownId, Policy] = {}
    """What each town asks of its flights; the defaults where it says nothing."""
    basemap: Path | None = None
    """A PMTiles file of vector tiles in the layers of Protomaps' basemaps (version 4), one for all towns: what every
    map lies on. Without one pages show a grid of coordinates."""
    orthophotos: dict[TownId, Path] = {}
    """Pictures from the air, town by town: a PMTiles file of pictures, or an MBTiles file. Every map can be switched
    to them; without, its switch says what is missing."""
    gazetteer: Path | None = None
    """A CSV file of places to search for by name, one for all towns: name, lat, lon, aliases, lang, kind
    (`telemetry/gazetteer/reading.py`). Without one places are found on the map only."""
    terrains: dict[TownId, Path] = {}
    """A GeoTIFF of heights above the sea for each town; without, the ground is as high as each home."""
    towns: dict[TownId, TownSettings] = {}
    """Lowest and highest ground, contacts and streets for printed briefings, town by town."""
    chain: ChainSettings | None = None
    """Signed heads of what shows that audit, timelines and observations were touched; without them nobody notices that
    the newest entries were cut off (`vanagas audit verify`)."""
    weather: WeatherSettings | None = None
    """Off when not set: the weather is then what pilots enter."""
    alerts: AlertSettings = AlertSettings()
    travel: TravelPolicy = TravelPolicy()
    escalation: EscalationPolicy = EscalationPolicy()
    """After how long an incident that nobody has acknowledged goes to the next person on shift."""
    plates: PlateSettings = PlateSettings()
    """Of number plates that hit nothing."""
    signing_keys: dict[str, Path] = {}
    """Files of 32 bytes, by drone (unit id): its MAVLink is signed with the key, and only what it signs is heard."""
    mqtt: MqttSettings | None = None
    receivers: list[ReceiverSettings] = []
    """TCP ports on which alarm panels (SIA DC-09) and senders of Milestone's analytics events call in."""
    pulls: list[PullSettings] = []
    """Cameras whose events are fetched: ONVIF PullPoint, Hikvision's alertStream, Dahua's eventManager."""
    videos: list[VideoSettings] = []
    """Streams of units, and of fixed cameras whose streams are not in the registry (`vanagas camera`), which goes
    before this."""
    camera_lost_s: Annotated[float, Field(ge=1, le=3_600)] = 10.0
    """A camera without pictures for longer is told of."""
    recording: RecordingSettings = RecordingSettings()
    analysis: AnalysisSettings = AnalysisSettings()
    wall: WallSettings = WallSettings()
    requests: RequestSettings = RequestSettings()
    rates: RateSettings = RateSettings()
    retention: RetentionPolicy = RetentionPolicy()
    """How long observations and their pictures are kept."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, cls._file)

    @property
    def scope(self) -> Scope:
        """Where that belongs which the server tells of itself, or is told without a token."""
        return DEMO if self.demo else LIVE

    @model_validator(mode="after")
    def _refuse_weak_secrets(self) -> "Settings":
        if self.secret_key is not None and not self.demo:
            _check_secret("secret_key", self.secret_key, shortest=SHORTEST_SECRET)
        if self.mail is not None and self.mail.password.get_secret_value() and not self.demo:
            _check_secret("mail.password", self.mail.password, shortest=8)
        for service, key in self.referrals.webhook_keys.items():
            if not self.demo:
                _check_secret(f"referrals.webhook_keys.{service}", key, shortest=SHORTEST_SECRET)
        if self.mqtt is not None and self.mqtt.password.get_secret_value() and not self.demo:
            _check_secret("mqtt.password", self.mqtt.password, shortest=8)
        if self.analysis.mqtt_password.get_secret_value() and not self.demo:
            _check_secret("analysis.mqtt_password", self.analysis.mqtt_password, shortest=8)
        return self

    @model_validator(mode="after")
    def _refuse_a_signing_key_among_the_data(self) -> "Settings":
        if self.chain is None:
            return self
        data = self.data_dir.resolve()
        for name in ("signing_key", "heads_file"):
            file: Path = getattr(self.chain, name)
            if file.resolve().is_relative_to(data):
                raise ValueError(
                    Message("settings.chain_among_data", setting=f"chain.{name}", folder=str(self.data_dir))
                )
        return self

    @model_validator(mode="after")
    def _refuse_a_home_nobody_listens_at(self) -> "Settings":
        if not self.analysis.home_is_broker:
            return self
        if self.mqtt is None:
            raise ValueError(Message("settings.home_not_heard"))
        if self.mqtt.host not in LOOPBACK and not self.mqtt.tls:
            raise ValueError(Message("settings.mqtt_in_clear"))
        return self

    @model_validator(mode="after")
    def _refuse_files_on_a_cluster(self) -> "Settings":
        if self.analysis.ray_address is not None:
            for video in self.videos:
                if not is_address(video.sub_source or video.source):
                    raise ValueError(Message("settings.file_on_cluster", video=video.name))
        return self

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'vanagas.db').resolve()}"

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for a database server."""
        url = make_url(self.database)
        if url.get_backend_name() != "sqlite" or not url.database:
            return None
        return Path(url.database)

    @property
    def recordings_folder(self) -> Path:
        """Where recordings are kept."""
        return self.recording.folder or self.data_dir / "recordings"

    @property
    def key(self) -> bytes:
        """The secret key. Raises Misconfigured when there is none."""
        if self.secret_key is None:
            raise Misconfigured(Message("settings.no_secret_key", file=self.data_dir / CONFIG_FILE))
        return self.secret_key.get_secret_value().encode()


def load(data_dir: Path | None = None, **overrides: Any) -> Settings:
    """The settings for `data_dir` (or VANAGAS_DATA_DIR, or ./data). Raises Misconfigured naming the setting."""
    if data_dir is not None:
        overrides["data_dir"] = data_dir
    try:
        where = data_dir or _Where().data_dir
        file = where / CONFIG_FILE
        bound = type("Settings", (Settings,), {"_file": file if file.is_file() else None})
        settings: Settings = bound(**overrides)
    except ValidationError as error:
        raise Misconfigured(Message("settings.unusable", reason=explain(error))) from error
    except ValueError as error:  # tomllib's error is one
        raise Misconfigured(Message("settings.not_toml", file=where / CONFIG_FILE, reason=str(error))) from error
    return settings


def new_secret() -> str:
    """256 random bits in hexadecimal."""
    return secrets.token_hex(32)


class _Where(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VANAGAS_", extra="ignore")

    data_dir: Path = Path("data")


def _check_secret(name: str, secret: SecretStr, *, shortest: int) -> None:
    value = secret.get_secret_value()
    if value.lower() in KNOWN_SECRETS or len(set(value)) < 5:
        raise ValueError(Message("settings.known_secret", name=name))
    if len(value) < shortest:
        raise ValueError(Message("settings.short_secret", name=name, has=len(value), shortest=shortest))
