"""What the API answers of fixed cameras."""

from typing import ClassVar

from mapserver.web.schemas import Answer, GeoJsonPolygon, Json, PlaceAnswer


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
