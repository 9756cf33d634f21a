"""An incident is handed over on its page and by the API, the service answers on the page of its link."""

import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.clock import ManualClock, iso
from telemetry.scopes import Scope
from tests.mapserver.referrals.receivers import Mailbox
from tests.process.running import typed

Headers = Callable[..., dict[str, str]]
Made = Callable[..., str]
WITHIN_S = 60


@pytest.fixture
def coordinator(as_role: Headers) -> dict[str, str]:
    return as_role(Role.COORDINATOR)


def link_in(text: str) -> str:
    """The path of the status link in what a service was sent, with the language."""
    address = next(word for word in text.split() if "/handed-over/" in word)
    found = urlsplit(address)
    return f"{found.path}?{found.query}"


@pytest.mark.both_databases
def test_a_fallen_tree_is_handed_to_the_service_that_clears_it_and_comes_back_done(
    client: TestClient, incident: Made, mailbox: Mailbox, coordinator: dict[str, str]
) -> None:
    number = incident("fallen_tree")
    page = client.get(f"/incidents/{number}", headers=coordinator).text
    assert "Greenery service ✓" in page
    form = {"service": "greenery", "note": "It lies across the cycle path."}
    client.post(f"/incidents/{number}/referrals", data=form, headers=coordinator)
    assert mailbox.news.acquire(timeout=WITHIN_S)
    (email,) = mailbox.messages
    link = link_in(email.get_content())

    status = client.get(link).text
    assert ("<h1" in status, "Pieņemam" in status) == (True, True)
    assert "It lies across" not in status
    client.post(link, data={"said": "accepted", "text": "Izbraucam"})
    done = client.post(link, data={"said": "done", "text": "Koks aizvests"})
    assert "Koks aizvests" in done.text
    assert 'name="said"' not in done.text

    page = client.get(f"/incidents/{number}", headers=coordinator).text
    assert "Is the incident resolved?" in page
    closing = {"transition": "resolve", "reason": "Greenery service: Koks aizvests"}
    client.post(f"/incidents/{number}/transitions", data=closing, headers=coordinator)
    entries = client.get(f"/api/v1/incidents/{number}/timeline", headers=coordinator).json()
    said = [entry["text"] for entry in entries if entry["kind"] in ("referral", "state")]
    assert said[-3:] == [
        "Greenery service: accepted – Izbraucam",
        "Greenery service: done – Koks aizvests",
        "new → resolved: Greenery service: Koks aizvests",
    ]
    assert client.get("/api/v1/referrals", headers=coordinator).json() == []


def test_what_is_not_theirs_goes_back_to_the_coordinator_and_to_another_service(
    client: TestClient, incident: Made, coordinator: dict[str, str]
) -> None:
    number = incident("illegal_dumping")
    path = f"/api/v1/incidents/{number}/referrals"
    first = client.post(path, json={}, headers=coordinator).json()
    assert (first["service"], first["channel"], first["told_at"]) == ("cleaning", "by_hand", None)
    link = link_in(first["status_link"])
    client.post(link, data={"said": "not_ours", "text": "private land"})
    listed = client.get("/referrals", headers=coordinator).text
    assert ("Answered, waiting for you (1)" in listed, "private land" in listed) == (True, True)
    again = client.post(link, data={"said": "done"})
    assert (again.status_code, "jau" in again.text) == (409, True)
    second = client.post(path, json={"service": "roads"}, headers=coordinator)
    assert second.status_code == 201


def test_a_page_is_refused_in_words(client: TestClient, incident: Made, coordinator: dict[str, str]) -> None:
    number = incident("illegal_dumping")
    path = f"/api/v1/incidents/{number}/referrals"
    assert client.post(path, json={"service": "nobody"}, headers=coordinator).status_code == 404
    elsewhere = client.post(path, json={"service": "elsewhere"}, headers=coordinator)
    assert (elsewhere.status_code, "does not work in Dobele" in elsewhere.json()["message"]) == (422, True)
    past = client.post(path, json={"due_at": "2020-01-01T00:00:00Z"}, headers=coordinator)
    assert (past.status_code, "over already" in past.json()["message"]) == (422, True)
    long = client.post(path, json={"note": "x" * 501}, headers=coordinator)
    assert long.status_code == 422
    made = client.post(path, json={}, headers=coordinator).json()
    twice = client.post(f"/incidents/{number}/referrals", data={"service": "cleaning"}, headers=coordinator)
    assert (twice.status_code, "has this incident already" in twice.text) == (409, True)
    unsent = client.post(f"/api/v1/referrals/{made['id']}/sending", headers=coordinator)
    assert (unsent.status_code, "nothing to send" in unsent.json()["message"]) == (409, True)
    why = client.post(f"/api/v1/referrals/{made['id']}/withdrawal", json={"reason": " "}, headers=coordinator)
    assert why.status_code == 422
    taken = client.post(f"/api/v1/referrals/{made['id']}/withdrawal", json={"reason": "twice"}, headers=coordinator)
    assert taken.json()["state"] == "withdrawn"
    nobody = incident("noise")
    said = client.post(f"/api/v1/incidents/{nobody}/referrals", json={}, headers=coordinator)
    assert (said.status_code, "no service of the town's file" in said.json()["message"]) == (404, True)


def test_a_closed_incident_is_handed_to_nobody(client: TestClient, incident: Made, coordinator: dict[str, str]) -> None:
    number = incident("illegal_dumping")
    closing = {"transition": "false_alarm", "reason": "a shadow"}
    client.post(f"/api/v1/incidents/{number}/transitions", json=closing, headers=coordinator)
    refused = client.post(f"/api/v1/incidents/{number}/referrals", json={}, headers=coordinator)
    assert (refused.status_code, "reopen" in refused.json()["message"]) == (409, True)


def test_a_link_that_was_never_given_out_or_is_over_leads_nowhere(
    client: TestClient, incident: Made, coordinator: dict[str, str], clock: ManualClock
) -> None:
    assert client.get("/handed-over/guessed").status_code == 404
    assert client.post("/handed-over/guessed", data={"said": "done"}).status_code == 404
    path = f"/api/v1/incidents/{incident('illegal_dumping')}/referrals"
    link = link_in(client.post(path, json={}, headers=coordinator).json()["status_link"])
    clock.advance(timedelta(days=40).total_seconds())
    over = client.get(link.replace("lang=lv", "lang=lt"))
    assert (over.status_code, "nuoroda niekur neveda" in over.text) == (404, True)


def test_the_status_page_speaks_three_languages_and_says_only_what_the_service_needs(
    client: TestClient, incident: Made, coordinator: dict[str, str]
) -> None:
    path = f"/api/v1/incidents/{incident('illegal_dumping')}/referrals"
    made = client.post(path, json={"note": "ask Mrs Berzina"}, headers=coordinator).json()
    link = link_in(made["status_link"]).partition("?")[0]
    for language, words in (("en", "We accept it"), ("lt", "Priimame"), ("lv", "Pieņemam")):
        page = client.get(f"{link}?lang={language}")
        assert words in page.text
        assert "Berzina" not in page.text
        assert coordinator["Authorization"].partition(" ")[2] not in page.text
        assert page.headers["Cache-Control"] == "no-store"


def test_only_the_town_and_only_who_works_on_incidents_hands_over(
    client: TestClient, incident: Made, coordinator: dict[str, str], as_role: Headers
) -> None:
    path = f"/api/v1/incidents/{incident('illegal_dumping')}/referrals"
    made = client.post(path, json={}, headers=coordinator).json()
    assert client.post(path, json={}, headers=as_role(Role.INSPECTOR)).status_code == 403
    neighbour = as_role(Role.COORDINATOR, City("siauliai"))
    assert client.post(path, json={}, headers=neighbour).status_code == 404
    assert client.get("/api/v1/referrals", headers=neighbour).json() == []
    why = {"reason": "mine"}
    assert client.post(f"/api/v1/referrals/{made['id']}/withdrawal", json=why, headers=neighbour).status_code == 404
    exercise = as_role(Role.COORDINATOR, City("dobele"), Scope("exercise/autumn"))
    assert client.get("/api/v1/referrals", headers=exercise).json() == []


def test_what_is_overdue_is_listed(
    client: TestClient, incident: Made, coordinator: dict[str, str], clock: ManualClock
) -> None:
    path = f"/api/v1/incidents/{incident('illegal_dumping')}/referrals"
    due = iso(clock.now() + timedelta(minutes=5))
    client.post(path, json={"due_at": due}, headers=coordinator)
    assert client.get("/api/v1/referrals?overdue=true", headers=coordinator).json() == []
    clock.advance(301)
    (late,) = client.get("/api/v1/referrals?overdue=true", headers=coordinator).json()
    assert late["overdue"] is True
    assert "Overdue (1)" in client.get("/referrals", headers=coordinator).text


def test_services_are_listed_and_the_responsible_ones_come_first(
    client: TestClient, incident: Made, as_role: Headers
) -> None:
    headers = as_role(Role.INSPECTOR)
    listed = client.get("/api/v1/services", headers=headers).json()
    assert [one["name"] for one in listed] == ["greenery", "roads", "cleaning", "elsewhere"]
    path = f"/api/v1/incidents/{incident('illegal_dumping')}/services"
    assert [one["name"] for one in client.get(path, headers=headers).json()] == ["cleaning", "greenery", "roads"]


def test_the_terminal_hands_over_lists_and_withdraws(served: Services, incident: Made) -> None:
    number = incident("illegal_dumping")
    key = {"VANAGAS_SECRET_KEY": served.settings.key.decode()}

    def run(*words: str) -> tuple[int, str]:
        done = typed("referral", *words, "--data", str(served.settings.data_dir), env=key)
        return done.returncode, done.stdout

    status, said = run("add", number, "--note", "By the river.")
    assert (status, "/handed-over/" in said) == (0, True)
    (line,) = run("list", "--json")[1].splitlines()
    made = json.loads(line)
    assert (made["incident_id"], made["service"]) == (number, "cleaning")
    assert run("list", "--overdue", "--json") == (0, "")
    assert run("withdraw", made["id"], "--reason", "twice")[0] == 0
    assert run("list", "--json") == (0, "")


def test_the_terminal_checks_a_file_of_services(served: Services) -> None:
    file = served.settings.data_dir / "services.toml"

    def checked(text: str) -> tuple[int, str]:
        file.write_text(text, "utf-8")
        key = {"VANAGAS_SECRET_KEY": served.settings.key.decode()}
        done = typed("referral", "check", str(file), "--data", str(served.settings.data_dir), env=key)
        return done.returncode, done.stdout + done.stderr

    whole = '[a]\ntitle = "Parks"\ncategories = ["fallen_tree"]\ndue_h = 4\nemail = "parks@town.example"\n'
    assert (checked(whole)[0], "parks@town.example" in checked(whole)[1]) == (0, True)
    unknown = checked(whole.replace("fallen_tree", "fallen_house"))
    assert (unknown[0], "no categories fallen_house" in unknown[1]) == (2, True)
    elsewhere = checked(whole + 'towns = ["riga"]\n')
    assert (elsewhere[0], "no towns riga" in elsewhere[1]) == (2, True)
