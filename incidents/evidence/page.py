"""The printable page of an evidence bundle, in the language and time zone of `speaking`.

Style and map are inside the page; pictures lie beside it in the bundle. It asks no network.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from incidents.evidence import map
from incidents.evidence.record import IncidentRecord, LeftOut, MediaFile, left_out_words
from mission.briefing.map import DrawGround
from telemetry.messages import Message, current_language, current_zone
from telemetry.messages.catalogue import known, show
from telemetry.messages.templates import t

HERE = Path(__file__).parent


def to_html(
    record: IncidentRecord,
    media: Sequence[MediaFile],
    left_out: Sequence[LeftOut],
    draw_ground: DrawGround | None,
) -> str:
    """The page, with the files of `media` as they lie in the bundle. Raises Misconfigured when Leaflet is missing."""
    language = current_language()
    timeline = record.timelines[language]
    return _template().render(
        record=record,
        incident=record.incidents[language],
        timeline=timeline,
        links=record.links[language],
        media=media,
        pictures=_pictures(timeline, media),
        left_out=[left_out_words(left) for left in left_out],
        chart=map.draw(timeline, draw_ground),
        style=(HERE / "page.css").read_text("utf-8"),
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
    env.globals.update(t=t, language=current_language, own=Markup)
    env.filters.update(local=_local, named=_named, capital=_capital)
    return env.get_template("page.html")


def _pictures(timeline: Sequence[Mapping[str, Any]], media: Sequence[MediaFile]) -> dict[int, list[MediaFile]]:
    """The files of each entry, by its number."""
    there = {file.sha256: file for file in media}
    found = {}
    for entry in timeline:
        seen = entry["observation"]
        if seen is not None:
            found[entry["seq"]] = [there[one["sha256"]] for one in seen["media"] if one["sha256"] in there]
        elif entry["file"] is not None and entry["file"]["sha256"] in there:
            found[entry["seq"]] = [there[entry["file"]["sha256"]]]
    return found


def _local(moment: str | datetime) -> str:
    """A time, ISO 8601 or as it is, on the town's clock."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    minute = show(moment, "full", current_language(), current_zone())
    return minute + moment.astimezone(current_zone()).strftime(":%S %Z")


def _named(value: str, prefix: str) -> str:
    """What a value is called: the message `PREFIX.VALUE`, else its own words."""
    code = f"{prefix}.{value}"
    if not known(code):
        return value.replace("_", " ")
    return Message(code).text()


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _in_words(value: object) -> object:
    """A message in the language of the page; anything else as it is."""
    if isinstance(value, Message):
        return value.text()
    return value
