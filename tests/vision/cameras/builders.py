"""A fixed camera for tests: one in Dobele that looks 50 m north, unless a test says otherwise."""

from telemetry.scopes import LIVE, Scope
from vision.cameras.tables import CameraRow


def a_camera(
    id: str,
    *,
    name: str = "Gate",
    lat: float = 56.62,
    lon: float = 23.28,
    city: str = "dobele",
    scope: Scope = LIVE,
    azimuth_deg: float = 0,
    hfov_deg: float = 60,
    range_m: float = 50,
    reads_plates: bool = False,
) -> CameraRow:
    """A row that no database has yet."""
    return CameraRow(
        id=id,
        city=city,
        scope=scope,
        name=name,
        lat=lat,
        lon=lon,
        azimuth_deg=azimuth_deg,
        hfov_deg=hfov_deg,
        range_m=range_m,
        reads_plates=reads_plates,
    )
