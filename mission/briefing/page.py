"""The briefing as one HTML file: its text escaped, its style, map and drawing inside it. Fetches and stores nothing."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from mission.briefing import contingency, heights, map
from mission.briefing.briefing import Briefing
from mission.briefing.conditions import weather_words
from mission.briefing.track import BriefingTrack, BriefingWaypoint
from mission.checks.segments import SegmentKind
from mission.checks.verdict import Level

HERE = Path(__file__).parent
MOST_ROWS = 240
"""Waypoints that are listed; the plan's file has the rest."""
COLUMNS = 2

LEVELS = {
    Level.PASS: "Passed",
    Level.WARN: "Warning",
    Level.ACKNOWLEDGE: "To be acknowledged",
    Level.PERMIT: "Permit needed",
    Level.BLOCK: "Blocked",
}
KINDS_OF_LEG = {SegmentKind.WORK: "at work", SegmentKind.TRANSIT: "transit", SegmentKind.RETURN: "way back"}
KINDS = {
    "PROHIBITED": "prohibited",
    "REQ_AUTHORISATION": "authorisation required",
    "CONDITIONAL": "conditional",
}
"""The restrictions of ED-269 in words."""
CHECKLIST = (
    "Weather now is within the limits above; none worse is coming",
    "Airspace looked at again today: no new zone, no notice",
    "Take-off and landing place closed off, nobody within the distance required",
    "Airframe, arms, propellers: no damage, firmly seated",
    "Battery charged, seated, no swelling; spare and remote charged",
    "Memory card in, space for the pictures of this flight",
    "Remote identification on, number as registered",
    "Compass and position: enough satellites, home point recorded here",
    "Return height and link-loss action set as on this briefing",
    "Plan on board is this plan: number of waypoints, heights, fingerprint",
    "Lights on; crew briefed, observer knows the signals",
    "Coordination centre told: take-off time and duration",
)


class Key(NamedTuple):
    """One line of the map's legend."""

    words: str
    color: str
    weight: float
    dashes: str
    filled: bool
    opacity: float


def to_html(briefing: Briefing, draw_ground: map.DrawGround | None = None) -> str:
    """The whole file, over a picture of the town where one can be drawn.

    Raises BadPlan when the plan flies nowhere, Misconfigured when the build left Leaflet out.
    """
    track = BriefingTrack(briefing.inputs.profile, briefing.plan.items)
    chart = map.draw(briefing, track, draw_ground)
    return _template().render(
        b=briefing,
        track=track,
        profile=briefing.inputs.profile,
        weather=weather_words(briefing.inputs.weather),
        columns=_columns(track),
        unlisted=max(0, len(track.waypoints) - MOST_ROWS),
        procedures=contingency.procedures(briefing, track),
        refuges=contingency.refuges(briefing, track),
        emergency=contingency.EMERGENCY,
        legend=_legend(briefing, track),
        style=Markup((HERE / "page.css").read_text("utf-8")),  # noqa: S704  our own file
        map_style=Markup(chart.css),  # noqa: S704  Leaflet's
        library=Markup(chart.library),  # noqa: S704  Leaflet's
        ground_note=chart.note,
        map_html=Markup(chart.html),  # noqa: S704  folium's; map.py escapes what people wrote
        map_script=Markup(chart.script),  # noqa: S704  folium's
        drawing=Markup(heights.svg(track)),  # noqa: S704  numbers and our own words
    )


@cache
def _template() -> Template:
    env = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.globals.update(LEVELS=LEVELS, KINDS_OF_LEG=KINDS_OF_LEG, KINDS=KINDS, CHECKLIST=CHECKLIST)
    env.filters.update(minutes=_minutes, metres=_metres, percent=_percent, sentence=_sentence)
    return env.get_template("page.html")


def _columns(track: BriefingTrack) -> list[Sequence[BriefingWaypoint]]:
    """The waypoints in columns of equal length, read down."""
    listed = track.waypoints[:MOST_ROWS]
    if len(listed) < 12:
        return [listed]
    half = -(-len(listed) // COLUMNS)
    return [listed[start : start + half] for start in range(0, len(listed), half)]


def _legend(briefing: Briefing, track: BriefingTrack) -> list[Key]:
    """What the lines on this map mean."""
    kinds = {kind for kind, _ in track.legs()}
    fences = {part.inclusion for part in briefing.plan.fence}
    wanted = [
        (SegmentKind.WORK in kinds, SegmentKind.WORK, "flown at work"),
        (SegmentKind.TRANSIT in kinds, SegmentKind.TRANSIT, "transit"),
        (SegmentKind.RETURN in kinds, SegmentKind.RETURN, "way back"),
        (briefing.area is not None, "area", "zone to look at"),
        (bool(map.few_images(briefing)), "few_images", _too_few(briefing)),
        (True, "buffer", "ground risk buffer: may come down here"),
        (True in fences, "fence", "geofence: stay inside"),
        (False in fences, "keep_out", "geofence: stay out"),
        (bool(briefing.restrictions), "restriction", "restricted zone"),
    ]
    return [_key(words, map.STYLES[name]) for there, name, words in wanted if there]


def _too_few(briefing: Briefing) -> str:
    mapped = briefing.inputs.mapped
    return "" if mapped is None else f"shown on fewer than {mapped.wanted} pictures"


def _key(words: str, style: map.Style) -> Key:
    dashes, opacity = style.get("dashArray", "none"), style.get("fillOpacity", 0)
    return Key(words, style["color"], style["weight"], dashes, "fillColor" in style, opacity)


def _minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def _metres(value: float) -> str:
    return f"{value / 1000:.2f} km" if value >= 1000 else f"{value:.0f} m"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f} %"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
