"""The pages as documents: every template renders, escapes what it is given, and has nothing a browser would refuse."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from incidents.closing.codes import default_codes
from incidents.search.service import SearchPage
from incidents.statistics.service import statistics, summary
from incidents.timeline.folding import folded
from mapserver.calendar.blocks import Block, BlockKind, lines, people_line
from mapserver.calendar.span import Length, span_of
from mapserver.dispatch.flow import Offer
from mapserver.web.templating import TEMPLATES, environment, later, local, metres, percent, seconds
from mission.debrief.flight_logbook import COLUMNS
from tests.mapserver.web.camera_page_values import CAMERAS_PAGE
from tests.mapserver.web.custody_page_values import CUSTODY_PAGES
from tests.mapserver.web.incident_page_values import WHO_AND_WHAT_SAW
from tests.mapserver.web.working_pages import AT, HOSTILE, REFERRALS

PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/*.html") if path.name != "_ui.html")
assert PAGES

UNIT = {
    "id": "tower-1", "city": "siauliai", "lent_to": None, "kind": "tower", "name": HOSTILE, "status": "idle",
    "battery": 0.2, "simulated": True,
}  # fmt: skip
ZONE = {"id": "z", "city": "siauliai", "name": HOSTILE, "kind": "thefts", "priority": 4}
HELD = {
    "id": "a", "city": "siauliai", "unit_id": "tower-1", "zone_id": "z", "holder": HOSTILE, "purpose": HOSTILE,
    "since": AT, "until": None, "ended_at": None,
}  # fmt: skip
FLIGHT = {
    "id": "f", "city": "dobele", "unit_id": "d", "zone_id": "z", "name": HOSTILE, "state": "planned", "pilot": HOSTILE,
    "confirmed_by": None, "scheduled_at": AT, "started_at": None, "landed_at": None, "progress": None,
    "battery_start": None, "battery_end": None, "outcome": None, "simulated": True,
    "verdicts": {"worst": "block", "in_the_way": 1, "count": 16, "reasons": [HOSTILE], "at": "2026-11-22T12:00:00Z"},
    "summary": {"length_m": 1_234.0}, "control": {"holder": HOSTILE, "offered_to": None},
    "over": False, "asks": [{"subject": HOSTILE, "message": HOSTILE}],
}  # fmt: skip
FLYING = {**FLIGHT, "id": "g", "state": "paused", "started_at": AT}
VERDICT = {"level": "acknowledge", "message": HOSTILE, "clears": HOSTILE, "subject": HOSTILE}
OFFER = Offer("d", HOSTILE, 120.0, 0.8, None, [VERDICT], None)
INCIDENT = {
    "id": "i", "city": "siauliai", "category": "theft", "state": "new", "severity": 5, "title": HOSTILE,
    "opened_at": AT, "closed_at": None, "updated_at": AT, "position": {"lat": 55.9, "lon": 23.3, "accuracy_m": 20.0},
    "sources": ["tower", "report"], "observation_count": 1, "simulated": True, "owner": HOSTILE, "assigned": [HOSTILE],
    "closing_code": None, "transitions": ["acknowledge", "resolve", "false_alarm"],
}  # fmt: skip
ENTRY = {
    "seq": 1, "at": "2026-01-15T01:02:10.000Z", "happened_at": AT, "who": HOSTILE, "kind": "observation",
    "text": HOSTILE, "moved_to": None, "clock_ahead_s": 3_600.0,
    "struck": {"by": HOSTILE, "at": AT, "reason": HOSTILE, "seq": 3},
    "file": {"kind": "voice"},
    "why": [
        {"term": "distance", "text": HOSTILE, "value": 30.0, "limit": 120.0},
        {"term": "category", "text": "both are theft", "value": "theft", "limit": None},
    ],
    "observation": {
        "id": "o", "source": {"kind": "tower", "id": HOSTILE}, "category": "theft", "confidence": 0.8,
        "summary": HOSTILE, "started_at": AT, "position": None, "attributes": {"simulated": True},
        "media": [{"kind": "snapshot", "sha256": "0" * 64, "content_type": "image/jpeg"}],
    },
}  # fmt: skip
HIT = {
    "kind": "observation", "at": AT, "text": HOSTILE, "category": "theft", "source": {"kind": "tower", "id": HOSTILE},
    "who": None, "position": None, "observation_id": "o", "incident": INCIDENT, "seq": 2,
}  # fmt: skip
DAY = span_of(Length.DAY, date(2026, 1, 15), ZoneInfo("Europe/Vilnius"))
FLOWN = Block(
    id="f", kind=BlockKind.FLIGHT, unit_id="tower-1", city="siauliai", zone_id="z", begins=DAY.begins, ends=None,
    title=HOSTILE, who=HOSTILE, state="scheduled", counts=True, simulated=True, level="block", clashes=(HOSTILE,),
    details={"zone": HOSTILE, "confirmed_by": None, "outcome": HOSTILE, "waits": True, "reasons": [HOSTILE]},
)  # fmt: skip
ON_DUTY = Block(
    id="s", kind=BlockKind.SHIFT, unit_id="", city="siauliai", zone_id="", begins=DAY.begins, ends=DAY.ends,
    title=HOSTILE, who=HOSTILE, state="planned", counts=False, simulated=True,
    details={"role": "coordinator", "planned_by": HOSTILE},
)  # fmt: skip
STEP = {
    "id": HOSTILE, "text": HOSTILE, "mandatory": True, "answers": [{"name": HOSTILE, "text": HOSTILE}],
    "call": {"who": HOSTILE, "phone": HOSTILE}, "outcome": None, "answer": HOSTILE, "reason": HOSTILE, "who": HOSTILE,
    "at": AT,
}  # fmt: skip
SAID = {"request": "r", "step": "declined", "who": HOSTILE, "why": HOSTILE, "at": AT}
CLIP = {
    "id": "c", "camera": HOSTILE, "city": "dobele", "from": AT, "to": AT, "state": "ready", "done": None, "problem": "",
    "unmasked": False, "unmasking": [SAID], "why": HOSTILE, "made_by": HOSTILE, "made_at": AT,
    "urls": ["/api/v1/cameras/x/clips/c/0"], "lacks_masks": True,
    "manifest": {
        "given": {"from": AT, "to": AT}, "simulated": True, "begins_with": HOSTILE, "gaps": [],
        "files": [{"sha256": "0" * 64}],
    },
}  # fmt: skip
PERMIT = {
    "id": "p", "city": "dobele", "reference": HOSTILE, "zones": [HOSTILE], "area": None, "begins": AT, "ends": AT,
    "lower": {"value": 0.0, "unit": "M", "reference": "AGL"}, "upper": {"value": 99.0, "unit": "M", "reference": "AGL"},
    "conditions": HOSTILE, "stored_at": AT, "stored_by": HOSTILE, "withdrawn_at": None, "hints": [HOSTILE],
    "over": False,
}  # fmt: skip
PAPERS: dict[str, dict[str, Any]] = {
    "operator": {
        "registration": HOSTILE, "registered_until": "2027-01-01", "insurance_until": "2027-01-01",
        "authorisation": {"number": HOSTILE, "until": "2027-01-01", "bvlos": True, "night": True},
    },
    "pilot": {"certificates": [{"kind": "A2", "number": HOSTILE, "until": "2027-01-01"}], "bvlos_until": None},
    "drone": {
        "airframe": HOSTILE, "eu_class": None, "maintenance_due": "2027-01-01", "insurance_until": None,
        "firmware": HOSTILE, "firmware_approved": True, "link_loss": "return", "return_height_m": 60,
    },
}  # fmt: skip
ENTERED = {"city": "dobele", "entered_at": AT, "entered_by": HOSTILE, "simulated": True}
LOGGED = dict.fromkeys(COLUMNS, HOSTILE) | {"battery_start": 1.0, "battery_end": 0.5}
ASKED = {
    "id": "r", "incident_id": "i", "title": HOSTILE, "severity": 3, "city": "siauliai", "drone": HOSTILE,
    "asked_by": HOSTILE, "asked_at": AT, "simulated": True,
}  # fmt: skip
STREAM = {
    "id": HOSTILE, "name": HOSTILE, "kind": "tower", "status": "running", "still_at": AT, "metres": 62.0,
    "recording": {"now": True, "until": AT, "why": None},
    "simulated": True, "stand_in": True, "footage": HOSTILE, "recorded": True, "error": HOSTILE,
    "video": {"codec": HOSTILE, "width": 640, "height": 360, "fps": 25},
}  # fmt: skip
TOKEN = {
    "id": HOSTILE, "user": HOSTILE, "kind": "session", "label": HOSTILE, "created_at": AT, "expires_at": AT,
    "last_used_at": None,
}  # fmt: skip
PERSON = {"name": HOSTILE, "role": "pilot", "city": "dobele", "active": True, "last_used_at": AT}
PEOPLE: dict[str, Any] = {
    "people": [PERSON, {**PERSON, "active": False, "last_used_at": None}],
    "devices": [{**PERSON, "role": "device"}],
    "held": {HOSTILE: [TOKEN]},
    "sources": {HOSTILE: [HOSTILE]},
    "roles": ["pilot"],
    "towns": [("dobele", "Dobele")],
    "issued": SimpleNamespace(title=HOSTILE, secret=HOSTILE, advice=HOSTILE),
}
EVERYTHING: dict[str, Any] = {
    "held": [TOKEN],
    "current": "mine",
    "shortest": 12,
    "own_language": None,
    "chosen": HOSTILE,
    "principal": SimpleNamespace(name=HOSTILE, role="coordinator", city="siauliai"),
    "demo": True,
    "basemap": {"kind": "synthetic", "attribution": "invented", "photos": [], "missing": HOSTILE},
    "has_gazetteer": True,
    "error": HOSTILE,
    "done": HOSTILE,
    "next": HOSTILE,
    "status": 404,
    "message": HOSTILE,
    "incident": INCIDENT,
    "still_open": [INCIDENT],
    "open_count": 1,
    "changed": [INCIDENT],
    "closed": [{**INCIDENT, "state": "resolved"}],
    "part": {"shown": 1, "total": 3, "older": f"/incidents?q={HOSTILE}&cursor=x", "newest": "/incidents"},
    "cursor": HOSTILE,
    "timeline": [ENTRY],
    "filters": {
        "state": "new", "category": "theft", "city": "", "q": HOSTILE, "source": "report", "since": HOSTILE,
        "until": "", "area": HOSTILE,
    },
    "found": SearchPage([HIT, {**HIT, "incident": None, "seq": None}], HOSTILE, 7),
    "older": f"/incidents/search?q={HOSTILE}",
    "source_kinds": ["report", "drone"],
    "town_id": "dobele",
    "categories": ["theft"],
    "cities": [{"id": "siauliai", "name": "Šiauliai"}, {"id": "dobele", "name": "Dobele"}],
    "may_work": True,
    "checklist": {"procedure": "fire", "title": HOSTILE, "steps": [STEP, {**STEP, "outcome": "skipped"}]},
    "procedures": [
        {"title": HOSTILE, "categories": ["fire"], "steps": [{**STEP, "when": {HOSTILE: HOSTILE}}]},
    ],
    "skipped": [
        {
            "incident_id": HOSTILE, "title": HOSTILE, "city": "dobele", "text": HOSTILE, "who": HOSTILE, "at": AT,
            "reason": HOSTILE,
        }
    ],
    "days": 30,
    **REFERRALS,
    "ended_before": [{**INCIDENT, "state": "resolved", "apart_m": 5.0, "after_s": 60.0}],
    "questions": [{"id": HOSTILE, "a": "i", "b": HOSTILE, "text": HOSTILE}],
    "open_questions": [{"id": HOSTILE, "a": "i", "b": HOSTILE, "text": HOSTILE}],
    "yours": [INCIDENT],
    "way_steps": ["going", "there"],
    "decisions": [{"id": HOSTILE, "who": HOSTILE, "text": HOSTILE}],
    "response": {"decided": DAY.begins, "on_the_way": None, "there": None, "seen": DAY.begins},
    "month": DAY.first,
    "months": {"before": DAY.first, "after": DAY.first},
    "numbers": statistics([]) | {"all": {**summary([]), "incidents": 1}},
    "closing_codes": default_codes().values(),
    "workers": [HOSTILE],
    "may_see_footage": True,
    **WHO_AND_WHAT_SAW,
    "flights": [FLIGHT, FLYING],
    "offer": OFFER,
    "drones": [{**UNIT, "control": {"holder": HOSTILE, "offered_to": HOSTILE}, "others": [HOSTILE, "janis"]}],
    "unit": UNIT,
    "others": [HOSTILE, "janis"],
    "asked": [ASKED],
    "waiting": ASKED,
    "refused": {"f": HOSTILE},
    "cameras": [HOSTILE],
    "units": [UNIT],
    "zones": [ZONE],
    "assignments": [{**HELD, "unit": UNIT, "zone": ZONE}],
    "people": [HOSTILE],
    "form": {
        "unit_id": "", "zone_id": "", "holder": HOSTILE, "purpose": "", "plan_id": "", "at": HOSTILE,
        "plate": HOSTILE, "reason": HOSTILE, "days": HOSTILE, "category": HOSTILE, "note": HOSTILE, "lat": HOSTILE,
        "lon": HOSTILE, "accuracy_m": HOSTILE, "ref": HOSTILE,
    },
    "span": DAY,
    "lines": lines([UNIT], [FLOWN], DAY),
    "shifts": people_line([ON_DUTY], DAY),
    "shift_form": {
        "people": [HOSTILE], "towns": [{"id": "dobele", "name": HOSTILE}], "begins": "2026-01-15T08:00", "ends": "",
    },
    "ticks": list(DAY.ticks()),
    "shades": list(DAY.shades(55.93, 23.31)),
    "begins": AT,
    "ends": AT,
    "now": 5.0,
    "before": "2026-01-14",
    "after": "2026-01-16",
    "today": "2026-01-15",
    "proposal": None,
    "plans": [],
    "standing": [],
    "my_units": [{"unit": UNIT, "zone": ZONE, "since": AT, "purpose": HOSTILE}],
    "flight": {**FLIGHT, "route": {"type": "LineString", "coordinates": [[23, 56, 0], [23.1, 56, 9]]}},
    "zone": HOSTILE,
    "drone": HOSTILE,
    "area": {"type": "Polygon", "coordinates": []},
    "debrief": {
        "coverage": {"fraction": 0.5, "gaps": [{"area_m2": 9.5, "geometry": {}}], "watched_s": 9, "mean_dwell_s": 1},
        "battery": {"used_wh": 1.0, "predicted_wh": 1.0, "recorded": 0.5, "ratio": 1.0},
        "track": [[23, 56, 0, 0], [23, 56, 0, 9]], "battery_curve": [[0, 1], [9, 0.9]], "length_m": 9, "photos": 1,
    },
    "row": LOGGED,
    "rows": [LOGGED],
    "events": [{"at": AT, "state": "flying", "who": HOSTILE, "why": HOSTILE}],
    "verdicts": [{"check": "energy", "level": "warn", "message": HOSTILE}],
    "remarks": [{"at": AT, "who": HOSTILE, "text": HOSTILE}],
    "has_tlog": True,
    "entries": [
        {"id": "e", "city": "dobele", "plate": HOSTILE, "reason": HOSTILE, "expires_at": AT, "added_by": HOSTILE,
         "added_at": AT},
    ],
    "hits": [
        {"city": "dobele", "at": AT, "plate": HOSTILE, "camera": HOSTILE, "exact": False, "wanted": HOSTILE,
         "reason": HOSTILE},
    ],
    "kept_hours": 24.0,
    "start": AT,
    "end": AT,
    "camera": HOSTILE,
    "city": "siauliai",
    "earlier": "/footage/x?at=1",
    "later": "/footage/x?at=2",
    "listed": [AT, AT],
    "spans": [{"begins": AT, "ends": AT, "purpose": HOSTILE, "simulated": True}],
    "gaps": 1,
    "clips": [CLIP, {**CLIP, "state": "waiting", "done": 0.5}, {**CLIP, "state": "failed", "problem": HOSTILE}],
    "clip": CLIP,
    "originals": [(SAID, CLIP)],
    "holds": [{"from": AT, "to": AT, "until": AT, "why": HOSTILE, "placed_by": HOSTILE, "in_force": True}],
    "may_hold": True,
    "may_unmask": True,
    "hold_until": "2026-04-15",
    "camera_id": HOSTILE,
    "sight": {
        "name": HOSTILE, "city": "dobele", "kind": "tower", "simulated": True,
        "stands": SimpleNamespace(lat=56.6, lon=23.3),
    },
    "wall": SimpleNamespace(live_at_once=4, still_every_s=4.0),
    "stream": STREAM,
    "nearest": [STREAM],
    "video": {"simulated": True},
    "stand": None,
    "flies_in_footage": True,
    "data": {"camera": HOSTILE, "stand": None},
    "azimuth_deg": None,
    "hfov_deg": 62.0,
    "centre": {"lat": 55.93, "lon": 23.31},
    "section": "register",
    "moment": AT,
    "soon": [{"holder": HOSTILE, "what": HOSTILE, "until": date(2026, 1, 20), "days": 5}],
    "holders": [
        {"kind": kind, "id": HOSTILE, "name": HOSTILE, "entry": {**ENTERED, "papers": papers}, "values": {"name": AT}}
        for kind, papers in PAPERS.items()
    ],
    "certificates": ["A2"],
    "airframes": [HOSTILE],
    "link_loss": ["return"],
    "problem": {"holder": HOSTILE, "message": HOSTILE},
    "permits": [PERMIT],
    "zone_names": {HOSTILE: HOSTILE},
    "towns": [{"city": "dobele", "hours": [(AT, None)]}],
    "reports": [
        {"city": "dobele", "source": "manual", "entered_by": HOSTILE, "issued_at": AT, "samples": [{"begins": AT}],
         "simulated": True}
    ],
}  # fmt: skip


INCIDENT_PAGE: dict[str, Any] = {
    "lines": folded([ENTRY]),
    "others": [INCIDENT],
    "linkable": [INCIDENT],
    "link_relations": ["related"],
    "links": [
        {"id": HOSTILE, "relation": "caused_by", "incident": INCIDENT, "reason": HOSTILE, "who": HOSTILE, "at": AT}
    ],
}
OWN = {"people/page.html": PEOPLE, "incidents/page.html": INCIDENT_PAGE, **CUSTODY_PAGES}
OWN["cameras/page.html"] = CAMERAS_PAGE
OWN["incidents/_timeline.html"] = INCIDENT_PAGE
"""What a page calls as others call something else."""


def rendered(name: str, **changed: Any) -> str:
    return environment().get_template(name).render({**EVERYTHING, **OWN.get(name, {}), **changed})


@pytest.mark.parametrize("name", PAGES)
def test_a_page_escapes_all_that_it_is_given(name: str) -> None:
    assert HOSTILE not in rendered(name)


@pytest.mark.parametrize(
    ("name", "role"),
    [("papers/page.html", "supervisor"), ("airspace/page.html", "pilot"), ("weather/page.html", "pilot")],
)
def test_the_forms_of_papers_escape_what_they_are_given(name: str, role: str) -> None:
    text = rendered(name, principal=SimpleNamespace(name="a", role=role, city="dobele"))
    assert ("<form" in text, HOSTILE in text) == (True, False)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_inline_script_style_or_handler_and_no_address_outside(name: str) -> None:
    text = rendered(name)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", text)
    assert "<style" not in text
    assert not re.search(r"""(src|href|action)=["'](?:https?:)?//""", text)


@pytest.mark.parametrize("name", PAGES)
def test_every_icon_that_a_page_names_is_drawn(name: str) -> None:
    drawn = set(re.findall(r'symbol id="([^"]+)"', (TEMPLATES / "web" / "_icons.svg").read_text()))
    assert set(re.findall(r'<use href="#([^"]+)"', rendered(name))) <= drawn


def test_the_bar_offers_only_what_the_role_may_do() -> None:
    admin = rendered("map/page.html", principal=SimpleNamespace(name="a", role="admin", city=None))
    pilot = rendered("map/page.html", principal=SimpleNamespace(name="p", role="pilot", city="dobele"))
    assert 'href="/incidents"' not in admin
    assert 'href="/flights"' in pilot
    assert 'href="/deployments"' not in pilot


def test_a_simulated_demo_says_so_on_every_page_and_a_real_one_does_not() -> None:
    assert "simulated-banner" in rendered("map/page.html")
    assert "simulated-banner" not in rendered("map/page.html", demo=False)


def test_who_may_not_see_footage_gets_no_address_of_it() -> None:
    text = rendered("incidents/_timeline.html", may_see_footage=False)
    assert "/media/" not in text
    assert "your role may not see footage" in text


def test_times_are_shown_on_the_town_s_clock() -> None:
    assert local(AT, "siauliai") == "15 Jan 03:02:03"
    assert local("2026-07-15T01:02:03Z", "dobele", "time") == "04:02"
    assert local(None, "dobele") == "–"


def test_a_late_arrival_is_told_in_words() -> None:
    assert later("2026-01-15T01:02:20Z", AT) == "17 s later"
    assert later("2026-01-15T01:00:00Z", AT) == "2 min 03 s ahead of our clock"
    assert later(AT, AT) is None


def test_numbers_are_told_in_the_unit_that_matters() -> None:
    assert [metres(12.4), metres(1_234), metres(None)] == ["12 m", "1.2 km", "–"]
    assert [seconds(5), seconds(65), seconds(3_720)] == ["5 s", "1 min 05 s", "1 h 02 min"]
    assert [percent(0.256), percent(0.9996), percent(1), percent(None)] == ["26 %", "99.9 %", "100 %", "–"]
