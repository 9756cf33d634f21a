"""The maps that incidents and debriefs are printed with."""

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from fastapi.testclient import TestClient

from mapserver.basemap.palette import paper
from mapserver.basemap.printed import debrief_map, incident_map
from mapserver.core.services import Services
from mapserver.core.settings import Settings, new_secret
from telemetry.access import Role
from telemetry.cities import City
from telemetry.errors import NotFound

Headers = Callable[..., dict[str, str]]
DOBELE = City("dobele").facts
SVG = "{http://www.w3.org/2000/svg}"
SQUARE = [[23.28, 56.62], [23.282, 56.62], [23.282, 56.621], [23.28, 56.621], [23.28, 56.62]]
ROUTE = {"type": "LineString", "coordinates": [[23.28, 56.62, 60], [23.282, 56.621, 60]]}


def entry(seq: int, position: dict[str, float] | None) -> dict[str, Any]:
    return {"seq": seq, "observation": {"position": position}}


def settings(*, demo: bool = False) -> Settings:
    return Settings(secret_key=new_secret(), demo=demo)


def parts_of(svg: str, tag: str) -> list[Element]:
    return list(fromstring(svg).iter(f"{SVG}{tag}"))


def texts(svg: str) -> set[str | None]:
    return {part.text for part in parts_of(svg, "text")}


def test_each_sighting_has_its_circle_and_its_number_over_a_grid() -> None:
    here = {"lat": DOBELE.lat, "lon": DOBELE.lon, "accuracy_m": 20.0}
    there = {**here, "lon": DOBELE.lon + 0.002}
    timeline = [entry(1, here), entry(2, None), {"seq": 3, "observation": None}, entry(4, there)]
    svg = incident_map(settings(), City("dobele"), timeline)
    assert {"1", "4"} <= texts(svg)
    assert len(parts_of(svg, "circle")) == 4
    assert [text for text in texts(svg) if text and text.endswith("N")]
    assert [text for text in texts(svg) if text and text.endswith("E")]


def test_an_incident_that_nobody_placed_has_no_map() -> None:
    with pytest.raises(NotFound, match="no source of this incident gave a place"):
        incident_map(settings(), City("dobele"), [entry(1, None)])


@pytest.mark.parametrize("demo", [True, False])
def test_outside_the_demo_no_street_is_invented(demo: bool) -> None:
    here = {"lat": DOBELE.lat, "lon": DOBELE.lon, "accuracy_m": 200.0}
    svg = incident_map(settings(demo=demo), City("dobele"), [entry(1, here)])
    assert (paper()["map-street"] in svg) is demo
    assert ("No map of the towns is set" in svg) is not demo


def test_a_debrief_shows_what_was_planned_flown_and_covered() -> None:
    polygon = {"type": "Polygon", "coordinates": [SQUARE]}
    debrief = {
        "track": [[23.28, 56.62, 60, 0], [23.281, 56.6205, 60, 9]],
        "coverage": {"covered": {"type": "MultiPolygon", "coordinates": [[SQUARE]]}, "gaps": [{"geometry": polygon}]},
    }
    svg = debrief_map(settings(), City("dobele"), route=ROUTE, area=polygon, debrief=debrief)
    colours = {part.get("stroke") for part in parts_of(svg, "path")}
    assert {paper()[token] for token in ("good", "bad", "zone", "ink-3", "air")} <= colours
    planned = debrief_map(settings(), City("dobele"), route=ROUTE, area=ROUTE, debrief=None)
    assert paper()["air"] not in {part.get("stroke") for part in parts_of(planned, "path")}


def test_the_map_of_an_incident_is_given_to_who_may_see_it(
    client: TestClient, as_role: Headers, parts: Services
) -> None:
    report = {
        "category": "noise",
        "note": "Drums",
        "position": {"lat": DOBELE.lat, "lon": DOBELE.lon, "accuracy_m": 8},
    }
    made = client.post("/api/v1/reports", json=report, headers=as_role(Role.INSPECTOR))
    assert made.status_code in (200, 201), made.text
    path = f"/incidents/{made.json()['incident_id']}"
    answer = client.get(f"{path}/map.svg", headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")
    page = client.get(path, headers=as_role(Role.COORDINATOR)).text
    assert f'src="{path}/map.svg"' in page
    assert " · Dobele · Vanagas</title>" in page
    assert client.get(f"{path}/map.svg", headers=as_role(Role.COORDINATOR, City("siauliai"))).status_code == 404
    assert client.get(f"{path}/map.svg", headers={"Accept": "application/json"}).status_code == 401
