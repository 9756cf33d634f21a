"""The page of number plates: the list, the form for those who keep it, and what it says when it is refused."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role
from telemetry.cities import City
from tests.builders import observation

Headers = Callable[..., dict[str, str]]
FORM = {"plate": "KV-2417", "reason": "<b>stolen</b>", "days": "7"}


def test_a_coordinator_adds_a_plate_sees_its_hit_and_removes_it(client: TestClient, as_role: Headers) -> None:
    keeper = as_role(Role.COORDINATOR)
    assert client.post("/plates", data=FORM, headers=keeper, follow_redirects=False).headers["location"] == "/plates"
    seen = observation(source="gate", category="plate_read", attributes={"plate": "KV2417"})
    client.post("/api/v1/observations", json=[seen.model_dump(mode="json")], headers=as_role(Role.DEVICE))
    html = client.get("/plates", headers=keeper).text
    assert html.count("<h3>KV2417</h3>") == 2
    assert "&lt;b&gt;stolen" in html
    assert "kept as a keyed hash only, and for 24 hours" in html
    entry = html.partition('data-entry-id="')[2].partition('"')[0]
    client.post(f"/plates/{entry}/remove", headers=keeper)
    assert "No plate is looked for." in client.get("/plates", headers=keeper).text
    assert "was taken off" in client.post(f"/plates/{entry}/remove", headers=keeper).text


def test_a_coordinator_of_both_towns_says_whose_list_it_is(client: TestClient, as_role: Headers) -> None:
    keeper = as_role(Role.COORDINATOR, None)
    refused = client.post("/plates", data=FORM, headers=keeper)
    assert "a watch list belongs to a town; say which" in refused.text
    client.post("/plates", data={**FORM, "city": "siauliai"}, headers=keeper)
    assert "<h3>KV2417</h3>" in client.get("/plates", headers=as_role(Role.COORDINATOR, City("siauliai"))).text
    assert "<h3>KV2417</h3>" not in client.get("/plates", headers=as_role(Role.COORDINATOR)).text


def test_a_supervisor_sees_no_form_and_a_pilot_no_page(client: TestClient, as_role: Headers) -> None:
    assert '<form class="card' not in client.get("/plates", headers=as_role(Role.SUPERVISOR)).text
    assert client.get("/plates", headers=as_role(Role.PILOT)).status_code == 403


@pytest.mark.parametrize(
    ("more", "words"),
    [({"plate": "?"}, "names 0 letters"), ({"days": "soon"}, "no number of days"), ({"days": "400"}, "365 days")],
)
def test_what_is_refused_is_said_and_the_form_keeps_what_was_written(
    client: TestClient, as_role: Headers, more: dict[str, str], words: str
) -> None:
    answer = client.post("/plates", data=FORM | more, headers=as_role(Role.COORDINATOR))
    assert (answer.status_code, words in answer.text, 'value="&lt;b&gt;stolen' in answer.text) == (422, True, True)
