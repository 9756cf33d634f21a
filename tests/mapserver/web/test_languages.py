"""The language of an answer: of an error, for a browser and for a program."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from mapserver.access.tables import UserRow
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City

Headers = Callable[..., dict[str, str]]


@pytest.mark.parametrize(("asked", "language"), [("lt", "lt"), ("lv-LV, lt;q=0.5", "lv"), ("de", "en"), ("", "en")])
def test_a_page_for_a_stranger_is_in_the_language_of_the_browser(client: TestClient, asked: str, language: str) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": asked})
    assert f'<html lang="{language}"' in page.text


def test_a_page_can_be_asked_for_in_a_language(client: TestClient) -> None:
    assert '<html lang="lv"' in client.get("/sign-in?lang=lv").text


@pytest.mark.parametrize(
    ("city", "own", "accepted", "language"),
    [
        (City("dobele"), None, "", "lv"),
        (City("siauliai"), None, "", "lt"),
        (City("siauliai"), "lv", "", "lv"),
        (City("siauliai"), "lv", "en", "en"),
        (None, None, "", "en"),
    ],
)
def test_with_a_token_the_header_comes_before_the_owners_choice_and_the_towns_language_last(
    client: TestClient, as_role: Headers, parts: Services, city: City | None, own: str | None, accepted: str,
    language: str,
) -> None:  # fmt: skip
    headers = as_role(Role.COORDINATOR, city)
    with parts.store.write() as work:
        for user in work.session.exec(select(UserRow)):
            user.language = own
    page = client.get("/incidents", headers={**headers, "Accept-Language": accepted, "Accept": "text/html"})
    assert f'<html lang="{language}"' in page.text


def test_the_catalogue_is_served_as_a_module_for_each_language(client: TestClient) -> None:
    for language in ("en", "lt", "lv"):
        module = client.get(f"/static/messages/{language}.js")
        assert module.headers["content-type"].startswith("text/javascript")
        assert f'"code":"{language}"' in module.text


def test_an_error_says_its_code_and_parameters_beside_its_words(client: TestClient) -> None:
    problem = client.get("/api/v1/nothing").json()
    assert problem["code"]
    assert problem["text"] == problem["message"]
    assert isinstance(problem["params"], dict)


def test_what_a_page_fetches_is_in_the_language_that_the_page_was_asked_for_in(
    client: TestClient, as_role: Headers
) -> None:
    headers = as_role(Role.COORDINATOR, City("dobele"))
    fetched = {"Referer": "http://testserver/calendar?lang=lt", "Sec-Fetch-Dest": "empty"}
    elsewhere = {**fetched, "Referer": "http://elsewhere.example/?lang=lt"}
    followed = {**fetched, "Sec-Fetch-Dest": "document"}
    assert [
        "Nė vienas incidentas neatitinka" in client.get("/incidents/rows", headers={**headers, **more}).text
        for more in (fetched, elsewhere, followed)
    ] == [True, False, False]
