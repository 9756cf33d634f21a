"""Batteries that large surveys need: cut within lines where that saves one, against whole lines; and other take-offs.

Surveys of 1 to 8 km² with lines as the planner lays them, flown from a corner of the area and from its middle; each
flight may use 70 % of a battery. The plain way flies whole lines, one after the other. At least: the energy of the
undivided flight without its way, in batteries of which 70 % are used; no division reaches it, since each flight has a
way out and back. Last, the number from the best place that the planner proposes.
"""

import math
from collections.abc import Iterator

import shapely
from shapely.affinity import rotate, translate

from benchmarks._coverage_areas import regular
from benchmarks._whole_line_sorties import whole_line_sorties
from mission.routes.route import Route
from mission.routes.sorties import allowed_joules, in_sorties, work_of
from mission.routes.survey import SurveyRequest, plan_survey
from mission.routes.transits import Flying, effort_of
from mission.zones.geometry import read_area
from telemetry.positions import LocalFrame, Position
from telemetry.vehicles import Airframe

FRAME = LocalFrame(56.62, 23.28)
RESERVE = 0.3
REQUEST = SurveyRequest(altitude_m=100, speed_m_s=12)


def main() -> None:
    """Print flights by area and home, and the ratio of all."""
    print("| area | km² | take-off | whole lines | cut where it saves one | at least | from the proposed place |")
    print("|---|---|---|---|---|---|---|")
    plain = 0
    ours = 0
    for name, shape in _areas():
        for where, (east, north) in (("corner", shape.exterior.coords[0]), ("middle", shape.centroid.coords[0])):
            row = _flights(shape, Position(**dict(zip(("lat", "lon"), FRAME.to_degrees(east, north), strict=True))))
            plain += row[0]
            ours += row[1]
            print(f"| {name} | {shape.area / 1e6:.1f} | {where} | {row[0]} | {row[1]} | {row[2]} | {row[3]} |")
    print(f"\n{ours} flights instead of {plain}: {ours / plain:.2f} of the plain way.")


def _flights(shape: shapely.Polygon, home: Position) -> tuple[int, int, int, int]:
    """Flights of whole lines, of ours, at least, and from the best place proposed."""
    route = plan_survey(_degrees(shape), REQUEST, home=home)
    flying = Flying(Airframe(), route.summary.speed_m_s, route.altitude_m, route.summary.trigger_m, home)
    divided = in_sorties(route, flying, RESERVE)
    work = work_of(route)
    least = math.ceil(effort_of(work, flying).total_j / allowed_joules(flying, RESERVE))
    best = min((place.flights for place in divided.takeoff_places), default=len(divided.flights))
    _same_work(route, divided)
    return len(whole_line_sorties(work, flying, 1 - RESERVE)), len(divided.flights), least, best


def _same_work(route: Route, divided: Route) -> None:
    """Nothing is left out: as many metres with the camera on."""
    assert abs(_photographed_m(route) - _photographed_m(divided)) < 1


def _photographed_m(route: Route) -> float:
    legs = [[FRAME.to_metres(*point.place) for point in leg.points] for leg in route.legs if leg.camera]
    return sum(shapely.LineString(leg).length for leg in legs)


def _areas() -> Iterator[tuple[str, shapely.Polygon]]:
    side = math.sqrt(7.8e6)
    yield "square", shapely.box(0, 0, side, side)
    yield "strip turned 30", rotate(shapely.box(0, 0, 4000, 800), 30)
    yield "circle", translate(regular(48, 1100), 1100, 1100)
    yield "triangle", shapely.Polygon([(0, 0), (3000, 0), (600, 2400)])
    yield "L", shapely.Polygon([(0, 0), (2400, 0), (2400, 900), (900, 900), (900, 2400), (0, 2400)])
    yield (
        "U",
        shapely.Polygon(
            [(0, 0), (2700, 0), (2700, 2100), (1900, 2100), (1900, 800), (800, 800), (800, 2100), (0, 2100)]
        ),
    )
    yield "small square", shapely.box(0, 0, 1000, 1000)
    yield "wide", shapely.box(0, 0, 3600, 1500)


def _degrees(shape: shapely.Polygon) -> shapely.Polygon:
    rings = [[[*FRAME.to_degrees(*spot)][::-1] for spot in shape.exterior.coords]]
    return read_area({"type": "Polygon", "coordinates": rings}, "area")


if __name__ == "__main__":
    main()
