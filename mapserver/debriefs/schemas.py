"""What the API answers of flights that are over."""

from mapserver.web.schemas import Answer, Fraction, GeoJsonGeometry, Utc


class CoverageGap(Answer):
    """What was not seen."""

    area_m2: float
    geometry: GeoJsonGeometry


class CoverageAnswer(Answer):
    """What the camera saw of the area."""

    fraction: Fraction
    watched_s: float
    mean_dwell_s: float
    covered: GeoJsonGeometry
    gaps: list[CoverageGap]


class BatteryUseAnswer(Answer):
    """What a flight took against what was expected."""

    used_wh: float | None
    predicted_wh: float
    recorded: Fraction
    """Share of the flight with readings."""
    ratio: float | None


class DebriefAnswer(Answer):
    """What was found of a flight."""

    at: Utc
    made_by: str
    coverage: CoverageAnswer | None
    battery: BatteryUseAnswer
    track: list[list[float]]
    """Thinned: longitude, latitude, metres above the take-off, seconds."""
    battery_curve: list[list[float]]
    """Seconds and battery, where it changed."""
    length_m: float
    photos: int
    photos_from: str
    """What they were counted by; `distance` where the vehicle told of none."""
    photo_places: list[list[float]]


class FlightRemark(Answer):
    """What the pilot added to the log-book."""

    at: Utc
    who: str
    text: str
