"""What a request to search asks for, read and checked; and the search for a plate, which is written down."""

import math
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from shapely import Polygon, box

from incidents.search.service import SearchPage, SearchRequest, search
from mapserver.core.services import Services
from telemetry.access import Permission, Principal, visibility
from telemetry.audit import service as audit
from telemetry.dialects.values import normal_plate
from telemetry.errors import BadGeometry, BadInput
from telemetry.fulltext import DocumentQuery
from telemetry.messages import Message
from telemetry.observations.values import SourceKind
from telemetry.store import ALWAYS, Between, Work
from vision.plates.screening import HASHED

LONGEST_WORDS = 300
MOST_CORNERS = 200
LONGEST_REASON = 300


def request_of(
    caller: Principal,
    *,
    words: str = "",
    categories: Sequence[str] = (),
    source_kinds: Sequence[SourceKind] = (),
    box_text: str = "",
    area_text: str = "",
    between: Between = ALWAYS,
) -> SearchRequest:
    """What `caller` looks for, among what they may see. Raises BadGeometry for a box or an area that is none."""
    bounds = None
    area = None
    if box_text:
        bounds = read_box(box_text)
    if area_text:
        area = read_area(area_text)
        if bounds is not None:
            area = _one_polygon(area.intersection(box(*bounds)))
        bounds = area.bounds
    wanted = DocumentQuery(
        visibility(caller),
        words=words[:LONGEST_WORDS],
        categories=categories,
        source_kinds=source_kinds,
        bounds=bounds,
        between=between,
    )
    return SearchRequest(wanted, area)


def search_plate(
    parts: Services,
    work: Work,
    caller: Principal,
    *,
    plate: str,
    reason: str,
    between: Between,
    limit: int,
    cursor: str | None,
) -> SearchPage:
    """What was said of a plate. Who looks, for which and why is in the audit trail of each town that is looked in.

    Other people's plates are kept as hashes under a key that is thrown away: found are those since it was made, and
    what hit a watch list. Raises BadInput without plate or reason.
    """
    caller.require(Permission.SEE_WATCH_LIST)
    reason = reason.strip()
    if not reason:
        raise BadInput(Message("search.reason_missing"))
    plain = normal_plate(plate)
    if plain is None:
        raise BadInput(Message("search.plate_missing"))
    now = parts.clock.now()
    detail = Message("search.audit.plate", plate=plain, reason=reason[:LONGEST_REASON])
    write_down = partial(audit.record, work.session, caller, "search_plate", "plates", at=now, detail=detail)
    visible = visibility(caller)
    for city in sorted(visible.cities or ()):
        write_down(city=city)
    names = [HASHED + parts.plate_keys.digest(plain, now), plain]
    wanted = DocumentQuery(visible, names=names, between=between)
    return search(work.session, SearchRequest(wanted), limit=limit, cursor=cursor)


def read_box(text: str) -> tuple[float, float, float, float]:
    """West, south, east and north from `W,S,E,N`, degrees. Raises BadGeometry."""
    numbers = _numbers(text)
    if len(numbers) == 4:
        west, south, east, north = numbers
        if _is_on_earth(west, south) and _is_on_earth(east, north) and west < east and south < north:
            return west, south, east, north
    raise BadGeometry(Message("search.not_a_box", text=text[:100]))


def read_area(text: str) -> Polygon:
    """The area from its corners, `LON,LAT LON,LAT …`, degrees. Raises BadGeometry."""
    corners = [tuple(_numbers(corner)) for corner in text.split()]
    sound = 3 <= len(corners) <= MOST_CORNERS and all(len(one) == 2 and _is_on_earth(*one) for one in corners)
    if not sound:
        raise BadGeometry(Message("search.not_an_area", most=MOST_CORNERS))
    return _one_polygon(Polygon(corners))


def _one_polygon(area: object) -> Polygon:
    if not isinstance(area, Polygon) or not area.is_valid or area.is_empty or not area.area:
        raise BadGeometry(Message("search.not_an_area", most=MOST_CORNERS))
    return area


def _numbers(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        return []


def _is_on_earth(lon: float, lat: float) -> bool:
    return math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90


def between_of(since: datetime | None, until: datetime | None) -> Between:
    """From when to when, UTC. Raises BadInput for no time at all."""
    if since is not None and until is not None and since >= until:
        raise BadInput(Message("requests.nothing_between"))
    return Between(since, until)
