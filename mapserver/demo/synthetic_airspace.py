"""Invented zones round both towns, as ED-269 documents, for demonstration and training. None of them is real.

Round Šiauliai they have the shape of what an aerodrome's control zone looks like in Lithuania (sectors with stepped
greatest heights round an aerodrome that does not exist); round Dobele that of a town's own zones. Every title, name and
message says that they are invented, and the document is marked so that no real flight may stand on it.
"""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.messages import Message
from telemetry.positions import LocalFrame

MESSAGE = "Invented for demonstration and training; there is no such zone."
YEARS = range(2025, 2031)
"""Those for which the seasons are written out: ED-269 has no yearly schedule."""
AERODROME = (5_500.0, -4_500.0)
"""The invented aerodrome, metres east and north of the middle of Šiauliai."""
RUNWAY_DEG = 140.0
APPROACH_HALF_DEG = 30.0
RINGS = ((2_500.0, 5_000.0, 30, 50), (5_000.0, 8_000.0, 50, 100), (8_000.0, 12_000.0, 100, 120))
"""Metres from and to, and the greatest height above ground without a permit: under the approaches, and beside them."""
CORE_M = 2_500.0
ARC_STEP_DEG = 5.0
CEILING_M = 600
"""Upper limit of the control zone, metres above the sea."""


def document(city: City) -> dict[str, Any]:
    """The invented zones of a town as an ED-269 document. Raises BadInput for one that has none."""
    if city not in ZONES:
        raise BadInput(Message("airspace.none_invented", town=city.facts.name, towns=list(ZONES)))
    return {
        "title": f"Synthetic UAS zones of {city.facts.name}: invented, not for real flights",
        "description": MESSAGE,
        "synthetic": True,
        "features": list(ZONES[city]()),
    }


def content(city: City) -> bytes:
    """The same as the bytes of a file."""
    return (json.dumps(document(city), ensure_ascii=False, indent=1) + "\n").encode()


def _dobele() -> Iterable[dict[str, Any]]:
    at = LocalFrame(City("dobele").facts.lat, City("dobele").facts.lon)
    yield _zone(
        "EVSYN01", "LVA", "helipad of a hospital", "REQ_AUTHORISATION", ["AIR_TRAFFIC", "EMERGENCY"],
        [_volume(_circle(at, 950, 350, 350), 0, 120)], before="P1D",
    )  # fmt: skip
    yield _zone(
        "EVSYN02", "LVA", "substation", "PROHIBITED", ["SENSITIVE"],
        [_volume(_polygon(at, [(-1_100, -890), (-800, -890), (-800, -670), (-1_100, -670)]), 0, 150)],
    )  # fmt: skip
    yield _zone(
        "EVSYN03", "LVA", "school yard", "CONDITIONAL", ["PRIVACY", "POPULATION"],
        [_volume(_circle(at, 350, -560, 120), 0, 120)],
        conditions="In school hours only above 60 m, without recording, and announced to the school.",
        times=[_weekly(["MON", "TUE", "WED", "THU", "FRI"], "05:00:00Z", "14:00:00Z")],
    )  # fmt: skip
    meadow = [(-1_900, 350), (-1_250, 300), (-1_150, 700), (-1_500, 950), (-1_950, 800)]
    farm = [(-1_600, 520), (-1_480, 520), (-1_480, 620), (-1_600, 620)]
    yield _zone(
        "EVSYN04", "LVA", "river meadows in the breeding season", "REQ_AUTHORISATION", ["NATURE"],
        [_volume(_polygon(at, meadow, farm), 0, 150)], before="P10D",
        times=[_season(year, "04-01", "07-31") for year in YEARS],
    )  # fmt: skip
    yield _zone(
        "EVSYN05", "LVA", "open-air stage on summer Saturdays", "PROHIBITED", ["POPULATION"],
        [_volume(_circle(at, -300, 950, 250), 0, 120)],
        times=[{**_season(year, "06-01", "08-31"), "schedule": [_hours(["SAT"], "16:00:00Z", "01:00:00Z")]}
               for year in YEARS],
    )  # fmt: skip


def _siauliai() -> Iterable[dict[str, Any]]:
    at = LocalFrame(City("siauliai").facts.lat, City("siauliai").facts.lon)
    yield _zone(
        "EYSYN00", "LTU", "aerodrome, no flight without a permit", "REQ_AUTHORISATION", ["AIR_TRAFFIC"],
        [_volume(_circle(at, *AERODROME, CORE_M), 0, CEILING_M, top="AMSL")], before="P3D",
    )  # fmt: skip
    number = 0
    for inner, outer, under, beside in RINGS:
        for side in range(4):
            number += 1
            greatest = under if side % 2 == 0 else beside
            half = APPROACH_HALF_DEG if side % 2 == 0 else 90 - APPROACH_HALF_DEG
            middle = RUNWAY_DEG + 90 * side
            sector = _polygon(at, _sector(inner, outer, middle - half, middle + half))
            yield _zone(
                f"EYSYN{number:02}", "LTU", f"aerodrome sector, up to {greatest} m without a permit",
                "REQ_AUTHORISATION", ["AIR_TRAFFIC"],
                [_volume(sector, greatest, CEILING_M, top="AMSL")], before="P3D",
            )  # fmt: skip
    yield _zone(
        "EYSYN20", "LTU", "detention house", "PROHIBITED", ["SENSITIVE"],
        [_volume(_polygon(at, [(-1_400, 700), (-1_150, 700), (-1_150, 900), (-1_400, 900)]), 0, 150)],
    )  # fmt: skip
    yield _zone(
        "EYSYN21", "LTU", "lakeside bathing place", "CONDITIONAL", ["POPULATION", "PRIVACY"],
        [_volume(_circle(at, 1_500, 1_100, 200), 0, 50)],
        conditions="No flight over bathers; keep 30 m from anybody not involved.",
        times=[_season(year, "06-01", "08-31") for year in YEARS],
    )  # fmt: skip


def _zone(
    identifier: str,
    country: str,
    name: str,
    restriction: str,
    reason: Sequence[str],
    geometry: list[dict[str, Any]],
    *,
    conditions: str = "",
    times: Sequence[dict[str, Any]] = ({"permanent": "YES"},),
    before: str = "",
) -> dict[str, Any]:
    asked = {"name": "Synthetic authority (invented)", "purpose": "AUTHORIZATION"}
    return {
        "identifier": identifier,
        "country": country,
        "name": f"Synthetic: {name}",
        "type": "COMMON",
        "restriction": restriction,
        **({"restrictionConditions": conditions} if conditions else {}),
        "reason": list(reason),
        "message": MESSAGE,
        "applicability": list(times),
        "zoneAuthority": [asked | ({"intervalBefore": before} if before else {})],
        "geometry": geometry,
    }


def _volume(outline: dict[str, Any], lower_m: int, upper_m: int, top: str = "AGL") -> dict[str, Any]:
    return {
        "uomDimensions": "M",
        "lowerLimit": lower_m,
        "lowerVerticalReference": "AGL",
        "upperLimit": upper_m,
        "upperVerticalReference": top,
        "horizontalProjection": outline,
    }


def _circle(at: LocalFrame, east_m: float, north_m: float, radius_m: float) -> dict[str, Any]:
    return {"type": "Circle", "center": _degrees(at, east_m, north_m), "radius": radius_m}


def _polygon(at: LocalFrame, *rings: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[_degrees(at, *point) for point in (*ring, ring[0])] for ring in rings]}


def _degrees(at: LocalFrame, east_m: float, north_m: float) -> list[float]:
    lat, lon = at.to_degrees(east_m, north_m)
    return [round(lon, 7), round(lat, 7)]


def _sector(inner_m: float, outer_m: float, from_deg: float, to_deg: float) -> list[tuple[float, float]]:
    """Corners of a part of a ring round the aerodrome; its outer arc is drawn round the circle, not inside it."""
    count = max(2, round((to_deg - from_deg) / ARC_STEP_DEG) + 1)
    bearings = [math.radians(from_deg + (to_deg - from_deg) * n / (count - 1)) for n in range(count)]
    reach = outer_m / math.cos((bearings[1] - bearings[0]) / 2)
    east, north = AERODROME
    arcs = [(reach, bearing) for bearing in bearings] + [(inner_m, bearing) for bearing in reversed(bearings)]
    return [(east + radius * math.sin(bearing), north + radius * math.cos(bearing)) for radius, bearing in arcs]


def _weekly(days: list[str], begins: str, ends: str) -> dict[str, Any]:
    return {"permanent": "NO", "schedule": [_hours(days, begins, ends)]}


def _hours(days: list[str], begins: str, ends: str) -> dict[str, Any]:
    return {"day": days, "startTime": begins, "endTime": ends}


def _season(year: int, first: str, last: str) -> dict[str, Any]:
    return {"permanent": "NO", "startDateTime": f"{year}-{first}T00:00:00Z", "endDateTime": f"{year}-{last}T23:59:59Z"}


ZONES = {"siauliai": _siauliai, "dobele": _dobele}
