"""One's own account: another password ends the other sessions, and sessions can be ended one by one."""

import re

import pytest
from fastapi.testclient import TestClient

from mapserver.access import service as access
from mapserver.access.passwords import chosen
from mapserver.core.services import Services
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City
from tests.mapserver.clients import english_client

NAME = "coordinator.dobele"
OLD, NEW = "a-long-enough-password", "tractor amber lighthouse"


@pytest.fixture
def person(parts: Services) -> str:
    with parts.store.write() as work:
        access.add_user(
            work.session, NAME, Role.COORDINATOR, City("dobele"), password=chosen(OLD, NAME), now=parts.clock.now()
        )
    return NAME


def browser(parts: Services) -> TestClient:
    """One that has signed in; its own cookies, the same server."""
    made = english_client(create_app(parts), base_url="http://testserver")
    assert made.post("/sign-in", data={"username": NAME, "password": OLD}, follow_redirects=False).status_code == 303
    return made


def test_a_new_password_ends_every_other_session_and_token(client: TestClient, parts: Services, person: str) -> None:
    here, elsewhere = browser(parts), browser(parts)
    changed = here.post("/account/password", data={"current": OLD, "new": NEW})
    assert "The new password holds" in changed.text
    assert here.get("/api/v1/units").status_code == 200
    assert elsewhere.get("/api/v1/units").status_code == 401
    for password, status in ((OLD, 401), (NEW, 303)):
        form = {"username": NAME, "password": password}
        assert client.post("/sign-in", data=form, follow_redirects=False).status_code == status


@pytest.mark.parametrize(
    ("current", "new", "said"),
    [("not the one", NEW, "the current password is not right"), (OLD, "password1234", "very common password")],
)
def test_a_password_is_not_changed_without_the_old_one_or_to_a_weak_one(
    parts: Services, person: str, current: str, new: str, said: str
) -> None:
    here = browser(parts)
    refused = here.post("/account/password", data={"current": current, "new": new})
    assert (refused.status_code, said in refused.text) == (422, True)
    assert browser(parts).get("/api/v1/units").status_code == 200


def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this(parts: Services, person: str) -> None:
    here, second, third = browser(parts), browser(parts), browser(parts)
    shown = here.get("/account").text
    ids = re.findall(r'action="/account/end/([0-9a-f]+)"', shown)
    assert (len(ids), "this session" in shown) == (2, True)
    here.post(f"/account/end/{ids[0]}")
    assert sorted(one.get("/api/v1/units").status_code for one in (second, third)) == [200, 401]
    here.post("/account/end-others")
    assert [one.get("/api/v1/units").status_code for one in (here, second, third)] == [200, 401, 401]


def test_somebody_elses_session_cannot_be_ended(parts: Services, person: str) -> None:
    here = browser(parts)
    with parts.store.write() as work:
        access.add_user(
            work.session, "other", Role.INSPECTOR, City("dobele"), password=chosen(OLD, NAME), now=parts.clock.now()
        )
    other = english_client(create_app(parts), base_url="http://testserver")
    other.post("/sign-in", data={"username": "other", "password": OLD})
    (theirs,) = re.findall(r"<code>([0-9a-f]+)</code>", other.get("/account").text)
    assert here.post(f"/account/end/{theirs}", follow_redirects=False).status_code == 404
    assert other.get("/api/v1/units").status_code == 200


def test_the_language_chosen_on_the_sign_in_page_is_kept_with_the_user(client: TestClient, person: str) -> None:
    assert 'name="lang" value="lv"' in client.get("/sign-in?lang=lv").text
    wrong = client.post("/sign-in", data={"username": NAME, "password": "x", "lang": "lv"})
    assert '<html lang="lv"' in wrong.text
    client.post("/sign-in", data={"username": NAME, "password": OLD, "lang": "lv"})
    assert '<html lang="lv"' in client.get("/account").text


def test_the_language_is_changed_on_the_account_page_or_left_to_the_browser(parts: Services, person: str) -> None:
    here = browser(parts)
    for language, told in (("lt", "lt"), ("", "en")):
        assert here.post("/account/language", data={"language": language}, follow_redirects=False).status_code == 303
        assert f'<html lang="{told}"' in here.get("/account").text
    refused = here.post("/account/language", data={"language": "xx"})
    assert (refused.status_code, "xx is no language of this system" in refused.text) == (422, True)
