"""The briefing as a file: everything in it, nothing fetched, nothing that people wrote run."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from mission.briefing import Contact, to_html
from mission.checks.inputs import MappedArea
from mission.formats import PlanFile
from mission.routes.cameras import camera_named
from telemetry.errors import BadPlan
from telemetry.transfer.mission_items import AltitudeFrame, Command, MissionItem
from tests.mission.areas import U_SHAPE, area
from tests.mission.briefing.builders import HOME, SCRIPT, at, briefing, inputs, plan, zone


class Page(HTMLParser):
    """What a browser would make of a page: the tags, their attributes, the text outside scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.fetched += [f"{tag} {name}={value}" for name, value in attrs if name in ("src", "href", "data", "srcset")]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] not in ("script", "style"):
            self.words.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(filter(None, self.words))


@pytest.fixture(scope="module")
def html() -> str:
    return to_html(briefing())


def test_the_town_is_drawn_below_and_it_is_said_whose_map_it_is() -> None:
    asked: list[tuple[float, float, float, float]] = []

    def draw_ground(bounds: tuple[float, float, float, float]) -> tuple[str, str]:
        asked.append(bounds)
        return "<svg/>", "Map: <surveyors>"

    html = to_html(briefing(), draw_ground)
    west, south, east, north = asked[0]
    assert west < HOME[1] < east
    assert south < HOME[0] < north
    assert html.index("data:image/svg+xml;base64,PHN2Zy8+") < html.index('"color": "#0b3d91"')
    assert "Map: &lt;surveyors&gt;." in html
    assert "No street map is behind this drawing" in to_html(briefing())


def test_parts_of_a_mapped_area_that_too_few_pictures_show_are_drawn_and_named() -> None:
    mapped = MappedArea(area(U_SHAPE), camera_named("generic"))
    whole = briefing()
    html = to_html(replace(whole, inputs=replace(whole.inputs, mapped=mapped)))
    assert html.count('"#f59e0b"') >= 1
    assert "shown on fewer than 5 pictures" in Page(html).text
    assert "shown on fewer than" not in Page(to_html(whole)).text


def test_nothing_in_it_would_be_fetched(html: str) -> None:
    page = Page(html)
    styles = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert page.fetched == []
    assert "link" not in page.tags
    assert "@import" not in styles
    assert [url for url in re.findall(r"url\(([^)]*)\)", styles) if not url.startswith("#")] == []
    assert "sourceMappingURL" not in html


def test_every_address_in_it_is_a_name_or_a_link_that_only_a_hand_follows(html: str) -> None:
    assert set(re.findall(r"https?://[^\"'\s)<]+", html)) == {"http://www.w3.org/2000/svg", "https://leafletjs.com"}


def test_the_pilot_finds_every_section_with_its_numbers(html: str) -> None:
    text = Page(html).text
    for heading in ("Heights", "Waypoints", "Verdicts", "Contacts", "When something goes wrong", "Before take-off"):
        assert heading in text
    assert "Thu 26 Nov 2026 11:30 EET 2026-11-26T09:30Z" in text
    assert "Return height 70 m above home" in text
    assert "+371 5 000 0000" in text  # the zone's authority, from the zone
    assert "112" in text
    assert "Operator not set not set not set" in text
    assert briefing().fingerprint in text


def test_the_verdicts_are_those_of_the_checks_worst_first_and_in_words(html: str) -> None:
    levels = re.findall(r'<tr class="level-(\w+)">', html)
    order = ["block", "permit", "acknowledge", "warn", "pass"]
    assert len(levels) == len(briefing().verdicts)
    assert all(order.index(a) <= order.index(b) for a, b in pairwise(levels))
    assert "Blocked: not to be flown" in Page(html).text


def test_a_briefing_without_checks_says_so() -> None:
    assert "Not checked. No pre-flight check was made" in Page(to_html(briefing(verdicts=()))).text


def test_only_a_simulated_flight_carries_the_banner(html: str) -> None:
    real = briefing()
    invented = to_html(replace(real, inputs=replace(real.inputs, simulated=True)))
    assert "SIMULATED" not in html
    assert invented.count("SIMULATED") == 2  # on the first page, and on top of every printed one


def test_what_people_wrote_is_never_markup_nor_script() -> None:
    named = {"name": SCRIPT, "pilot": SCRIPT, "drone": SCRIPT, "version": SCRIPT}
    contacts = (Contact(SCRIPT, SCRIPT, SCRIPT, SCRIPT, SCRIPT),)
    hostile = to_html(briefing(zones=(zone(SCRIPT),), contacts=contacts, plan=plan(name=SCRIPT), **named))
    assert "<script>alert" not in hostile
    assert Page(hostile).tags.count("script") == Page(to_html(briefing())).tags.count("script")
    assert SCRIPT in Page(hostile).text


def test_the_same_plan_has_the_same_fingerprint_and_another_height_another() -> None:
    flown = plan()
    raised = plan(items=tuple(replace(item, alt_m=item.alt_m + 1) for item in flown.items))
    same = [briefing(plan=one, inputs=inputs(one)).fingerprint for one in (flown, plan(name="other name"), raised)]
    assert same[0] == same[1] != same[2]


def test_a_plan_that_flies_nowhere_is_refused_in_a_sentence() -> None:
    climbs = PlanFile(
        "Up", (MissionItem(Command.TAKEOFF, alt_m=20), MissionItem(20, AltitudeFrame.NO_POSITION)), plan().home
    )
    with pytest.raises(BadPlan, match="no waypoint"):
        to_html(briefing(plan=climbs, inputs=inputs(climbs)))


def test_a_height_that_nobody_has_told_is_not_printed_as_one() -> None:
    page = Page(to_html(briefing())).text
    assert "height above the sea not known: between -5 and 320 m" in page
    assert "if the ground is as high as home" in page
    assert "flat ground" not in page
    told = Page(to_html(briefing(plan=plan(home=at(-60, -80).model_copy(update={"alt_m": 71.0}))))).text
    assert "71 m above the sea" in told
