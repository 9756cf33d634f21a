"""No list ends silently: open incidents are never cut, the rest comes in pages, and the count is the true one."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from incidents.merging import State
from mapserver.core.services import Services
from telemetry.access import Principal, Role
from telemetry.audit import service as audit
from telemetry.cities import City
from tests.builders import NOON, incident_row, observation, store_observation
from tests.query_plans import query_plans

pytestmark = pytest.mark.both_databases

Headers = Callable[..., dict[str, str]]
MINOR, CLOSED = 1_000, 450


def keep(parts: Services, rows: Iterable[Any]) -> None:
    with parts.store.write() as work:
        work.session.add_all(rows)


@pytest.fixture
def many(parts: Services) -> None:
    """An old fire below a thousand newer minor incidents, and more closed ones than a page holds."""
    now = parts.clock.now() - timedelta(hours=2)
    keep(parts, [incident_row(0, severity=5, title="Fire", at=now)])
    keep(parts, [incident_row(n, at=now) for n in range(1, MINOR + 1)])
    keep(parts, [incident_row(2_000 + n, state=State.RESOLVED, at=now) for n in range(CLOSED)])


def pages(client: TestClient, path: str, headers: dict[str, str]) -> list[list[dict[str, Any]]]:
    """Every page of a list, by its Link headers; each says the same total."""
    found = []
    totals = set()
    following: str | None = path
    while following is not None:
        answer = client.get(following, headers=headers)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        totals.add(int(answer.headers["X-Total-Count"]))
        following = answer.links.get("next", {}).get("url")
    assert totals == {sum(len(page) for page in found)}
    return found


@pytest.mark.usefixtures("many")
def test_an_old_fire_is_first_of_a_thousand_newer_minor_incidents(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/incidents?limit=50", headers=as_role(Role.COORDINATOR))
    found = answer.json()
    assert found[0]["title"] == "Fire"
    assert len([one for one in found if one["state"] == "new"]) == MINOR + 1
    assert (answer.headers["X-Open-Count"], answer.headers["X-Total-Count"]) == ("1001", "1451")


@pytest.mark.usefixtures("many")
def test_every_incident_is_on_one_of_the_pages_once(client: TestClient, as_role: Headers) -> None:
    found = pages(client, "/api/v1/incidents?limit=200", as_role(Role.COORDINATOR))
    assert [len(page) for page in found] == [MINOR + 1 + 200, 200, 50]
    assert len({one["id"] for page in found for one in page}) == MINOR + 1 + CLOSED


@pytest.mark.usefixtures("many")
def test_the_pages_keep_the_filter(client: TestClient, as_role: Headers) -> None:
    found = pages(client, "/api/v1/incidents?state=resolved&limit=400", as_role(Role.COORDINATOR))
    assert [len(page) for page in found] == [400, 50]


@pytest.mark.usefixtures("many")
def test_the_live_map_has_every_open_incident_and_says_how_many_closed_ones_it_lacks(
    client: TestClient, as_role: Headers
) -> None:
    picture = client.get("/api/v1/map/snapshot", headers=as_role(Role.COORDINATOR)).json()
    still_open = [one for one in picture["incidents"] if one["state"] == "new"]
    assert len(still_open) == MINOR + 1
    assert still_open[0]["title"] == "Fire"
    assert picture["parts"]["closed_incidents"] == {"shown": 200, "total": CLOSED}


@pytest.mark.usefixtures("many")
def test_who_may_not_see_incidents_is_not_told_how_many_there_are(client: TestClient, as_role: Headers) -> None:
    picture = client.get("/api/v1/map/snapshot", headers=as_role(Role.ADMIN, None)).json()
    assert (picture["incidents"], picture["parts"]["closed_incidents"]) == ([], {"shown": 0, "total": 0})


def test_the_audit_trail_can_be_read_to_its_first_entry(parts: Services, client: TestClient, as_role: Headers) -> None:
    who = Principal("supervisor.dobele", Role.SUPERVISOR, City("dobele"))
    with parts.store.write() as work:
        for number in range(1_203):
            audit.record(work.session, who, "view", f"thing {number}", city=City("dobele"), at=NOON)
    found = pages(client, "/api/v1/audit?limit=500", as_role(Role.SUPERVISOR))
    subjects = [entry["subject"] for page in found for entry in page]
    things = [subject for subject in subjects if subject.startswith("thing")]
    assert things == [f"thing {number}" for number in range(1_202, -1, -1)]


def test_observations_can_be_read_to_the_oldest(parts: Services, client: TestClient, as_role: Headers) -> None:
    with parts.store.write() as work:
        for number in range(450):
            store_observation(work.session, observation(str(number), after_s=number // 7))
    found = pages(client, "/api/v1/observations", as_role(Role.COORDINATOR))
    assert [len(page) for page in found] == [200, 200, 50]


def test_a_cursor_that_is_none_is_refused_in_words(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/audit?cursor=newest", headers=as_role(Role.SUPERVISOR))
    assert answer.status_code == 422
    assert "leave it out" in answer.json()["message"]


@pytest.mark.usefixtures("many")
def test_the_page_of_incidents_shows_every_open_one_and_leads_to_older_closed_ones(
    client: TestClient, as_role: Headers
) -> None:
    headers = as_role(Role.COORDINATOR)
    first = client.get("/incidents?category=illegal_dumping", headers=headers).text
    assert first.count('class="incident-row is-closed"') == 200
    assert first.count("data-incident-id") == MINOR + 1 + 200
    assert first.index("Fire") < first.index("Litter</a>")
    assert "200 of 450 on this page: closed incidents" in first
    older = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert older.startswith("/incidents?category=illegal_dumping&cursor=")
    second = client.get(older, headers=headers).text
    assert second.count("data-incident-id") == 200
    assert "1,001 open incidents" in second
    assert "incident-changed" not in second


@pytest.mark.only_sqlite
@pytest.mark.parametrize(
    "query",
    [
        "",
        "state=resolved",
        "category=illegal_dumping",
        "q=litt",
        "q=nothing",
        f"since={NOON:%Y-%m-%dT%H:%M:%SZ}",
        "state=resolved&limit=2&cursor=CURSOR",
    ],
)
@pytest.mark.usefixtures("many")
@pytest.mark.only_sqlite
def test_no_list_of_incidents_reads_or_sorts_all_that_are_closed(
    parts: Services, client: TestClient, as_role: Headers, query: str
) -> None:
    headers = as_role(Role.COORDINATOR, None)
    first = client.get("/api/v1/incidents?state=resolved&limit=2", headers=headers)
    cursor = first.links["next"]["url"].rpartition("cursor=")[2]
    with query_plans(parts.store, "incidents") as steps:
        assert client.get(f"/api/v1/incidents?{query.replace('CURSOR', cursor)}", headers=headers).status_code == 200
    assert not any(step.startswith("SCAN incidents") for step in steps)
    sorts = [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
    assert len(sorts) <= 3, "open ones by severity; of closed ones only those that branches have found"


def test_words_are_found_in_either_case_whatever_the_language(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    keep(parts, [incident_row(1, title="Šiukšlės gatvėje"), incident_row(2, state=State.RESOLVED, title="ŠIUKŠLĖS")])
    keep(parts, [incident_row(3, title="Fire"), incident_row(4, state=State.RESOLVED, title="Fire")])
    answer = client.get("/api/v1/incidents?q=šiukš", headers=as_role(Role.COORDINATOR))
    assert [one["id"] for one in answer.json()] == ["incident-00001", "incident-00002"]
    assert (answer.headers["X-Open-Count"], answer.headers["X-Total-Count"]) == ("1", "2")


def test_the_closed_incidents_of_two_towns_are_in_one_order(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    towns = [City("dobele"), City("siauliai")]
    states = [State.RESOLVED, State.FALSE_ALARM]
    keep(parts, [incident_row(n, city=towns[n % 2], state=states[n // 2 % 2]) for n in range(9)])
    found = pages(client, "/api/v1/incidents?limit=2", as_role(Role.COORDINATOR, None))
    assert [one["id"] for page in found for one in page] == [f"incident-{n:05}" for n in range(8, -1, -1)]


def test_the_count_follows_a_change_of_state(parts: Services, client: TestClient, as_role: Headers) -> None:
    keep(parts, [incident_row(n) for n in range(3)])
    headers = as_role(Role.COORDINATOR)
    closing = {"state": "resolved", "reason": "done"}
    assert client.post("/api/v1/incidents/incident-00001/state", json=closing, headers=headers).status_code == 200
    answer = client.get("/api/v1/incidents", headers=headers)
    assert (answer.headers["X-Open-Count"], answer.headers["X-Total-Count"]) == ("2", "3")


LISTS_IN_TIME = [
    "/api/v1/audit", "/api/v1/flights", "/api/v1/incidents", "/api/v1/observations", "/api/v1/plans",
    "/api/v1/plates/hits", "/api/v1/weather",
]  # fmt: skip


@pytest.mark.parametrize("path", LISTS_IN_TIME)
def test_every_list_in_the_order_of_time_takes_a_time(client: TestClient, token: Callable[..., str], path: str) -> None:
    headers = {"Authorization": f"Bearer {token(Role.SUPERVISOR)}"}
    since = "2026-11-30T20:00:00+02:00"
    good = client.get(path, params={"since": since, "until": "2026-11-30T21:00:00Z"}, headers=headers)
    assert (good.status_code, good.json()) == (200, [])
    assert client.get(path, params={"since": since, "until": since}, headers=headers).status_code == 422
    assert client.get(path, params={"since": "2026-11-30T20:00:00"}, headers=headers).status_code == 422


def test_a_list_between_two_times_has_what_is_in_it_and_counts_that_alone(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    with parts.store.write() as work:
        for number in range(10):
            store_observation(work.session, observation(str(number), after_s=60 * number))
    between = {"since": (NOON + timedelta(minutes=3)).isoformat(), "until": (NOON + timedelta(minutes=7)).isoformat()}
    answer = client.get("/api/v1/observations", params={**between, "limit": 3}, headers=as_role(Role.COORDINATOR))
    assert [one["source_ref"] for one in answer.json()] == ["6", "5", "4"]
    assert answer.headers["X-Total-Count"] == "4"
    rest = client.get(answer.links["next"]["url"], headers=as_role(Role.COORDINATOR))
    assert [one["source_ref"] for one in rest.json()] == ["3"]
