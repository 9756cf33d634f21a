"""What to do when something goes wrong on this flight, with its own heights and distances. Decides nothing in the air.

The list follows the contingency and emergency procedures that an operations manual has to have (AMC1 UAS.SPEC.030(3)(e)
to Regulation (EU) 2019/947); the wording is ours. A town's own manual goes before it.
"""

from dataclasses import dataclass

from mission.briefing.briefing import Briefing
from mission.briefing.track import BriefingTrack, bearing_deg
from mission.routes.energy import effort
from telemetry.positions import Position, distance_m

EMERGENCY = "112"
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class Procedure:
    """What to do in one case, in order."""

    when: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Refuge:
    """A place to land in need."""

    name: str
    lat: float
    lon: float
    from_home: str
    """Distance and direction."""
    nearest_to: str
    """The waypoints that have no nearer place to land, home included."""


def procedures(briefing: Briefing, track: BriefingTrack) -> list[Procedure]:
    """The procedures of this flight."""
    back = f"Return height {track.profile.return_height_m:.0f} m above home, or as high as it is when that is higher."
    link = briefing.link_loss or "not known: set it on the vehicle to return to home before take-off"
    refuge = "a rally point (R1, …) or home, whichever is nearer" if briefing.plan.rally else "home; no rally points"
    return [
        Procedure("Control link lost", (
            f"What the drone does: {link}. {back}",
            "Stay where you are, antenna towards the drone; note time, last position, height and direction.",
            "Expect it at home along the straight line from where it was. Keep the landing place clear.",
            "Not back when its battery must be empty, or seen leaving the area: treat it as a fly-away.",
        )),
        Procedure("Battery low", (
            f"At the farthest waypoint ({track.farthest_m:.0f} m from home) turn back with no less than "
            f"{100 * _turn_home(briefing, track):.0f} % left.",
            f"Below that: land at {refuge}.",
            "Critical warning: land at once where nobody is below, steering by sight.",
        )),
        Procedure("Position lost (GNSS)", (
            "Stop the mission. The drone may drift with the wind: hold it by hand, keep it in sight.",
            "Fly it home by sight at its present height, or land where nobody is below.",
            "Do not use return to home: it needs the position that is lost.",
        )),
        Procedure("Fly-away", (
            "Try return to home, then mode change, then landing. Call out to people below its way.",
            "Call air traffic control and the zone authorities: position, height, direction, minutes of battery.",
            "Last resort over empty ground: stop the motors. Tell the coordination centre.",
        )),
        Procedure("Manned aircraft near", (
            "Give way at once: stop, go down to the lowest safe height, land if it comes closer.",
        )),
        Procedure("Somebody is hurt", (
            f"Land. Call {EMERGENCY}. Give first aid; do not leave the injured.",
            "Tell the coordination centre and the operator. Keep drone, batteries and records as they are.",
            "Fatal or serious injury is an accident to report to the safety authority at once.",
        )),
        Procedure("Fire or smoking battery", (
            f"Clear people 15 m around, upwind. Call {EMERGENCY}. Water or sand, never touch the battery.",
            "In the air: land on bare ground or pavement, away from people, vehicles and dry grass.",
        )),
    ]  # fmt: skip


def refuges(briefing: Briefing, track: BriefingTrack) -> list[Refuge]:
    """Home and the rally points, with how far and for which waypoints each is the nearest."""
    home = Position(lat=track.home.lat, lon=track.home.lon)
    places = [("Home", home), *((f"R{n}", place) for n, place in enumerate(briefing.plan.rally, start=1))]
    served: dict[str, list[int]] = {name: [] for name, _ in places}
    for waypoint in track.waypoints:
        here = Position(lat=waypoint.lat, lon=waypoint.lon)
        served[min(places, key=lambda place: distance_m(here, place[1]))[0]].append(waypoint.number)
    return [Refuge(name, place.lat, place.lon, _from(home, place), _ranges(served[name])) for name, place in places]


def _turn_home(briefing: Briefing, track: BriefingTrack) -> float:
    """Part of a full battery that must be there at the farthest place: straight home in still air, and the reserve."""
    high = track.profile.return_height_m
    way = [(track.farthest_m, 0.0, high), (0.0, 0.0, high), (0.0, 0.0, 0.0)]
    airframe = briefing.inputs.airframe
    joules = effort(way, airframe, speed_m_s=track.speed_m_s).total_j
    return briefing.inputs.policy.reserve + joules / 3600 / airframe.battery_wh


def _from(home: Position, place: Position) -> str:
    away = distance_m(home, place)
    if away < 1:
        return "–"
    point = POINTS[round(bearing_deg((home.lat, home.lon), (place.lat, place.lon)) / 45) % 8]
    return f"{away:.0f} m {point}"


def _ranges(numbers: list[int]) -> str:
    """`[1, 2, 3, 7]` -> `1–3, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs) or "–"
