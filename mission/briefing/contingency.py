"""What to do when something goes wrong on this flight, with its own heights and distances. Decides nothing in the air.

The list follows the contingency and emergency procedures that an operations manual has to have (AMC1 UAS.SPEC.030(3)(e)
to Regulation (EU) 2019/947); the wording is ours. A town's own manual goes before it.
"""

from dataclasses import dataclass

from mission.briefing.briefing import Briefing
from mission.briefing.track import BriefingTrack, bearing_deg
from mission.routes.energy import effort
from telemetry.messages import Message
from telemetry.positions import Position, distance_m

EMERGENCY = "112"
POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class Procedure:
    """What to do in one case, in order."""

    when: Message
    steps: tuple[Message, ...]


@dataclass(frozen=True)
class Refuge:
    """A place to land in need."""

    name: Message | str
    lat: float
    lon: float
    from_home: str
    """Distance and direction."""
    nearest_to: str
    """The waypoints that have no nearer place to land, home included."""


def procedures(briefing: Briefing, track: BriefingTrack) -> list[Procedure]:
    """The procedures of this flight."""
    back = Message("contingency.return_height", height_m=track.profile.return_height_m)
    link = briefing.link_loss or Message("contingency.link_loss_not_known")
    refuge = Message("contingency.home_only")
    if briefing.plan.rally:
        refuge = Message("contingency.rally_or_home")
    turn_home_percent = 100 * _turn_home(briefing, track)
    return [
        Procedure(Message("contingency.link.title"), (
            Message("contingency.link.does", link=link, back=back),
            Message("contingency.link.stay"),
            Message("contingency.link.expect"),
            Message("contingency.link.overdue"),
        )),
        Procedure(Message("contingency.battery.title"), (
            Message("contingency.battery.turn_back", farthest_m=track.farthest_m, percent=turn_home_percent),
            Message("contingency.battery.land", refuge=refuge),
            Message("contingency.battery.critical"),
        )),
        Procedure(Message("contingency.position.title"), (
            Message("contingency.position.stop"),
            Message("contingency.position.fly_home"),
            Message("contingency.position.no_return"),
        )),
        Procedure(Message("contingency.fly_away.title"), (
            Message("contingency.fly_away.try"),
            Message("contingency.fly_away.call"),
            Message("contingency.fly_away.last_resort"),
        )),
        Procedure(Message("contingency.aircraft.title"), (
            Message("contingency.aircraft.give_way"),
        )),
        Procedure(Message("contingency.injury.title"), (
            Message("contingency.injury.call", emergency=EMERGENCY),
            Message("contingency.injury.tell"),
            Message("contingency.injury.report"),
        )),
        Procedure(Message("contingency.fire.title"), (
            Message("contingency.fire.clear", emergency=EMERGENCY),
            Message("contingency.fire.in_air"),
        )),
    ]  # fmt: skip


def refuges(briefing: Briefing, track: BriefingTrack) -> list[Refuge]:
    """Home and the rally points, with how far and for which waypoints each is the nearest."""
    home = Position(lat=track.home.lat, lon=track.home.lon)
    places: list[tuple[Message | str, Position]] = [
        (Message("contingency.home"), home),
        *((f"R{n}", place) for n, place in enumerate(briefing.plan.rally, start=1)),
    ]
    served: list[list[int]] = [[] for _ in places]
    for waypoint in track.waypoints:
        here = Position(lat=waypoint.lat, lon=waypoint.lon)
        nearest = min(range(len(places)), key=lambda number: distance_m(here, places[number][1]))
        served[nearest].append(waypoint.number)
    return [
        Refuge(name, place.lat, place.lon, _from(home, place), _ranges(numbers))
        for (name, place), numbers in zip(places, served, strict=True)
    ]


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
    return ", ".join(_range(run[0], run[-1]) for run in runs) or "–"


def _range(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}–{last}"
