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
from mission.checks.data_versions import version_words
from mission.checks.segments import SegmentKind
from mission.checks.verdict import Level
from telemetry.messages import Message, current_language, text
from telemetry.messages.templates import t

HERE = Path(__file__).parent
MOST_ROWS = 240
"""Waypoints that are listed; the plan's file has the rest."""
COLUMNS = 2

LEVELS = tuple(Level)
"""From the least to the gravest; `briefing.levels.LEVEL` has the words."""
KINDS = frozenset({"PROHIBITED", "REQ_AUTHORISATION", "CONDITIONAL"})
"""The restrictions of ED-269 that `briefing.restrictions` has words for."""
CHECKLIST = (
    "weather",
    "airspace",
    "place",
    "airframe",
    "battery",
    "card",
    "remote_id",
    "position",
    "return_height",
    "plan",
    "lights",
    "centre",
)
"""What is looked at before take-off, in this order; `briefing.checklist.NAME` has the words."""


class Key(NamedTuple):
    """One line of the map's legend."""

    words: Message
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
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_in_words,
    )
    env.globals.update(LEVELS=LEVELS, KINDS=KINDS, CHECKLIST=CHECKLIST, t=t, language=current_language)
    env.filters.update(
        minutes=_minutes, metres=_metres, percent=_percent, sentence=_sentence, version_words=version_words
    )
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
        (SegmentKind.WORK in kinds, SegmentKind.WORK, Message("briefing.legend.work")),
        (SegmentKind.TRANSIT in kinds, SegmentKind.TRANSIT, Message("briefing.legend.transit")),
        (SegmentKind.RETURN in kinds, SegmentKind.RETURN, Message("briefing.legend.return")),
        (briefing.area is not None, "area", Message("briefing.legend.area")),
        (bool(map.few_images(briefing)), "few_images", _too_few(briefing)),
        (True, "buffer", Message("briefing.legend.buffer")),
        (True in fences, "fence", Message("briefing.legend.fence")),
        (False in fences, "keep_out", Message("briefing.legend.keep_out")),
        (bool(briefing.restrictions), "restriction", Message("briefing.legend.restriction")),
    ]
    return [_key(words, map.STYLES[name]) for there, name, words in wanted if there]


def _too_few(briefing: Briefing) -> Message:
    mapped = briefing.inputs.mapped
    wanted = 0
    if mapped is not None:
        wanted = mapped.wanted
    return Message("briefing.legend.few_images", wanted=wanted)


def _key(words: Message, style: map.Style) -> Key:
    dashes = style.get("dashArray", "none")
    opacity = style.get("fillOpacity", 0)
    return Key(words, style["color"], style["weight"], dashes, "fillColor" in style, opacity)


def _minutes(seconds: float) -> str:
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"


def _metres(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:.2f} km"
    return f"{value:.0f} m"


def _percent(fraction: float) -> str:
    return f"{100 * fraction:.0f} %"


def _sentence(said: Message | str | None) -> str:
    if said is None:
        return ""
    words = text(said)
    return words[:1].upper() + words[1:]


def _in_words(value: object) -> object:
    """A message in the language of the present request or command; anything else as it is."""
    if isinstance(value, Message):
        return value.text()
    return value
