"""Nothing is open by default: every route takes a principal, every role and town sees only its own."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from fastapi.testclient import TestClient

from mapserver.access import passwords, people
from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.core.services import Services
from mapserver.web.dependencies import SESSION_COOKIE, principal
from telemetry.access import Principal, Role
from telemetry.cities import City, all_towns, known_towns
from telemetry.errors import BadInput
from tests.builders import observation

PASSWORD = "a-long-enough-password"
NAME = "coordinator.dobele"
OPEN = {"/healthz", "/readyz", "/sign-in", "/handed-over/{secret}"}
Headers = Callable[..., dict[str, str]]


@pytest.fixture
def coordinator(parts: Services) -> str:
    """Somebody who signs in with a password."""
    with parts.store.write() as work:
        added = access.add_user(
            work.session, NAME, Role.COORDINATOR, City("dobele"), password=chosen(PASSWORD, NAME), now=parts.clock.now()
        )
    return added.name


def routes(client: TestClient) -> list[RouteContext]:
    """Every HTTP route with its full path, those of included routers too."""
    found = iter_route_contexts(client.app.routes)  # type: ignore[attr-defined]
    return [route for route in found if isinstance(route.original_route, APIRoute)]


def depends_on_principal(route: RouteContext) -> bool:
    assert isinstance(route.original_route, APIRoute)
    waiting = list(route.original_route.dependant.dependencies)
    while waiting:
        dependency = waiting.pop()
        if dependency.call is principal:
            return True
        waiting.extend(dependency.dependencies)
    return False


def test_every_route_but_the_named_ones_takes_a_principal(client: TestClient) -> None:
    found = routes(client)
    assert len(found) > 30
    assert {route.path for route in found if not depends_on_principal(route)} == OPEN


def test_no_route_answers_a_stranger(client: TestClient) -> None:
    for route in routes(client):
        if route.path in OPEN:
            continue
        for method in route.methods or ():
            path = (route.path or "").replace("{", "").replace("}", "")
            answer = client.request(method, path, follow_redirects=False, json={})
            assert answer.status_code == 401, f"{method} {path} answered {answer.status_code}"


@pytest.mark.parametrize("city", [City("siauliai"), City("dobele")])
def test_an_incident_is_seen_in_its_own_town_only(client: TestClient, as_role: Headers, city: City) -> None:
    body = [observation(city=city).model_dump(mode="json")]
    receipt = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE, city)).json()[0]
    for viewer in known_towns():
        headers = as_role(Role.COORDINATOR, viewer)
        seen = client.get(f"/api/v1/incidents/{receipt['incident_id']}", headers=headers).status_code
        listed = client.get("/api/v1/incidents", headers=headers).json()
        assert (seen, len(listed)) == ((200, 1) if viewer == city else (404, 0))


def test_a_coordinator_of_both_towns_sees_incidents_and_streams_of_both(client: TestClient, as_role: Headers) -> None:
    for city in known_towns():
        body = [observation(city=city, source=f"camera of {city}").model_dump(mode="json")]
        client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE, city))
    seen = client.get("/api/v1/incidents", headers=as_role(Role.COORDINATOR, None)).json()
    assert {incident["city"] for incident in seen} == set(all_towns())
    assert client.get("/", headers=as_role(Role.COORDINATOR, None)).text.count("coordinator · all towns") == 1


@pytest.mark.parametrize("role", [Role.PILOT, Role.INSPECTOR, Role.DEVICE])
def test_nobody_else_serves_both_towns(parts: Services, role: Role) -> None:
    with parts.store.write() as work, pytest.raises(BadInput, match="belongs to one town; only a coordinator or a su"):
        access.add_user(work.session, "janis", role, None, password=chosen(PASSWORD, NAME), now=parts.clock.now())


def test_an_admin_has_no_town(parts: Services) -> None:
    with parts.store.write() as work, pytest.raises(BadInput, match="serves all towns; leave the town out"):
        access.add_user(
            work.session, "janis", Role.ADMIN, City("dobele"), password=chosen(PASSWORD, NAME), now=parts.clock.now()
        )


def test_what_somebody_of_both_towns_reports_belongs_to_the_closer_one(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR, None)
    report = {"category": "dumping", "position": {"lat": 56.6, "lon": 23.3}}
    assert client.post("/api/v1/reports", json=report, headers=headers).status_code == 200
    (incident,) = client.get("/api/v1/incidents", headers=headers).json()
    assert incident["city"] == City("dobele")
    refused = client.post("/api/v1/reports", json={"category": "dumping"}, headers=headers)
    assert (refused.status_code, refused.json()["message"][:21]) == (422, "say where it is: whoe")


def test_a_device_may_only_hand_in(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.DEVICE)
    assert client.post("/api/v1/observations", json=[], headers=headers).status_code == 200
    for path in ("/api/v1/incidents", "/api/v1/units", "/api/v1/map/snapshot", "/api/v1/audit"):
        assert client.get(path, headers=headers).status_code == 403


def test_handing_in_for_the_other_town_is_refused_and_nothing_is_kept(client: TestClient, as_role: Headers) -> None:
    body = [
        observation("1").model_dump(mode="json"),
        observation("2", city=City("siauliai")).model_dump(mode="json"),
    ]
    refused = client.post("/api/v1/observations", json=body, headers=as_role(Role.DEVICE))
    assert refused.status_code == 403
    assert client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR)).json() == []


def test_a_browser_signs_in_sees_and_signs_out(client: TestClient, coordinator: str) -> None:
    form = {"username": f"{coordinator.title()} ", "password": PASSWORD}
    assert client.post("/sign-in", data=form, follow_redirects=False).status_code == 303
    cookie = client.cookies.get(SESSION_COOKIE) or ""
    assert client.get("/api/v1/units").status_code == 200
    client.post("/sign-out")
    client.cookies.set(SESSION_COOKIE, cookie)
    assert client.get("/api/v1/units").status_code == 401


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(client: TestClient, coordinator: str) -> None:
    wrong = client.post("/sign-in", data={"username": coordinator, "password": "x"})
    unknown = client.post("/sign-in", data={"username": "nobody", "password": "x"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text


def test_a_password_costs_as_much_to_try_under_an_unknown_name() -> None:
    made_up, real = passwords.NOBODYS_HASH, chosen(PASSWORD, NAME).hash
    assert extract_parameters(made_up) == extract_parameters(real)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(made_up, PASSWORD)


def test_a_page_of_another_site_cannot_act_with_the_cookie(client: TestClient, coordinator: str) -> None:
    client.post("/sign-in", data={"username": coordinator, "password": PASSWORD})
    refused = client.post("/deployments", data={}, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403


def test_a_user_put_out_of_service_is_out_at_once(client: TestClient, as_role: Headers, parts: Services) -> None:
    headers = as_role(Role.COORDINATOR)
    assert client.get("/api/v1/units", headers=headers).status_code == 200
    with parts.store.write() as work:
        people.deactivate(work, "coordinator.dobele", by=Principal("ada", Role.ADMIN, None), at=parts.clock.now())
    assert client.get("/api/v1/units", headers=headers).status_code == 401


def test_basic_authentication_carries_a_token_for_cameras_that_know_nothing_else(
    client: TestClient, token: Callable[..., str]
) -> None:
    answer = client.post("/api/v1/observations", json=[], auth=("camera", token(Role.DEVICE)))
    assert answer.status_code == 200


def test_every_response_forbids_the_world_outside(client: TestClient) -> None:
    policy = client.get("/sign-in").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/incidents?q=a", "/incidents?q=a"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\x", "/"),
    ],
)
def test_signing_in_goes_on_to_our_own_pages_only(
    client: TestClient, coordinator: str, wanted: str, lands: str
) -> None:
    form = {"username": coordinator, "password": PASSWORD, "next": wanted}
    assert client.post("/sign-in", data=form, follow_redirects=False).headers["location"] == lands


@pytest.mark.parametrize(
    ("method", "path", "referer", "page"),
    [
        ("GET", "/calendar?view=week&day=2026-11-30", "", "/calendar?view=week&day=2026-11-30"),
        ("POST", "/incidents/i1/notes", "http://testserver/incidents/i1", "/incidents/i1"),
        ("POST", "/incidents/i1/notes", "http://elsewhere/incidents/i1", "/"),
        ("POST", "/incidents/i1/notes", "", "/"),
    ],
)
def test_after_signing_in_again_it_goes_on_at_a_page(
    client: TestClient, method: str, path: str, referer: str, page: str
) -> None:
    headers = {"Accept": "text/html", "Referer": referer}
    answer = client.request(method, path, headers=headers, follow_redirects=False)
    assert answer.status_code == 303
    assert dict(parse_qsl(urlsplit(answer.headers["location"]).query)) == {"next": page}
