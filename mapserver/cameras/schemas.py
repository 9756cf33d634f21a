"""What the API answers of fixed cameras."""

from typing import ClassVar

from mapserver.web.schemas import Answer, Fraction, GeoJsonPolygon, Json, PlaceAnswer, Utc


class CameraAnswer(Answer):
    """A fixed camera."""

    EXAMPLE: ClassVar[Json] = {
        "id": "DOB-C07",
        "city": "dobele",
        "name": "Bridge",
        "position": {"lat": 56.6253, "lon": 23.2771},
        "footprint": {"type": "Polygon", "coordinates": [[[23.2, 56.6], [23.3, 56.6], [23.3, 56.7], [23.2, 56.6]]]},
        "azimuth_deg": 120.0,
        "hfov_deg": 70.0,
        "range_m": 80.0,
        "reads_plates": False,
        "simulated": False,
    }

    id: str
    city: str
    name: str
    position: PlaceAnswer
    footprint: GeoJsonPolygon
    """Ground that it sees."""
    azimuth_deg: float
    hfov_deg: float
    range_m: float
    reads_plates: bool
    simulated: bool


class CameraStreams(Answer):
    """A camera's streams, without user, password and what else may be secret."""

    main: str
    sub: str | None
    transport: str
    recorded: bool
    """Whether it is recorded, where recording is on."""


class CameraHealthAnswer(Answer):
    """How a camera is, as far as this server knows; null for what is not known."""

    video: str
    """`starting`, `running`, `lost` and so on; `no_stream`, or `not_read` by this server."""
    error: str | None
    last_frame: Utc | None
    last_event: Utc | None
    last_heartbeat: Utc | None
    clock_ahead_s: float | None
    """How far its clock is ahead of the server's, in seconds."""
    quarantined: int
    """Messages under its names that wait in quarantine."""
    quarantined_share: Fraction | None
    """Of them and what it told of in the last 24 hours."""


class CameraRecord(CameraAnswer):
    """A fixed camera as the registry has it."""

    mast_m: float | None
    """Height of the camera above the ground."""
    make: str | None
    serial: str | None
    device_names: list[str]
    categories: Json
    watches: str | None
    purpose: str
    rules: str | None
    maintainer: str | None
    retired_at: Utc | None
    streams: CameraStreams | None
    """Those of the registry; null where there are none."""
    health: CameraHealthAnswer


class CameraImport(Answer):
    """What an import of a list did, or would do."""

    imported: bool
    """False for a dry run."""
    added: list[str]
    changed: list[str]
    unchanged: list[str]
    refused: list["RefusedListLine"]


class RefusedListLine(Answer):
    """A line of a list that cannot be used."""

    line: int
    reason: str
