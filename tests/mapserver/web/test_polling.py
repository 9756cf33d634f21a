"""Who asks again with the ETag of the last answer is told 304 for as long as nothing has changed."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from incidents.timeline import service
from mapserver.core.services import Services
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.store import Change
from tests.builders import incident_row

Headers = Callable[..., dict[str, str]]


def change_something(parts: Services) -> None:
    with parts.store.write() as work:
        row = incident_row(1, at=parts.clock.now())
        work.session.add(row)
        work.session.flush()

        work.tell(service.change(row))


@pytest.mark.parametrize("path", ["/api/v1/incidents", "/api/v1/map/snapshot"])
def test_an_answer_holds_until_something_changes(
    parts: Services, client: TestClient, as_role: Headers, path: str
) -> None:
    headers = as_role(Role.COORDINATOR)
    first = client.get(path, headers=headers)
    asked = {**headers, "If-None-Match": first.headers["ETag"]}
    again = client.get(path, headers=asked)
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    change_something(parts)
    changed = client.get(path, headers=asked)
    assert changed.status_code == 200
    assert len(changed.json()["incidents"] if "snapshot" in path else changed.json()) == 1


def test_the_picture_does_not_hold_when_something_moved_that_nobody_writes_down(
    parts: Services, client: TestClient, as_role: Headers
) -> None:
    headers = as_role(Role.COORDINATOR)
    tag = client.get("/api/v1/map/snapshot", headers=headers).headers["ETag"]
    parts.store.announce(Change("unit", "DRN-1", frozenset({City("dobele")}), LIVE, {"id": "DRN-1"}))
    assert client.get("/api/v1/map/snapshot", headers={**headers, "If-None-Match": tag}).status_code == 200


def test_weak_tags_and_lists_of_tags_count(client: TestClient, as_role: Headers) -> None:
    headers = as_role(Role.COORDINATOR)
    tag = client.get("/api/v1/zones", headers=headers).headers["ETag"]
    for asked in (f"W/{tag}", f'"other", {tag}'):
        assert client.get("/api/v1/zones", headers={**headers, "If-None-Match": asked}).status_code == 304


def test_a_tag_is_of_what_its_reader_may_see_and_of_the_language(client: TestClient, as_role: Headers) -> None:
    mine = client.get("/api/v1/map/snapshot", headers=as_role(Role.COORDINATOR)).headers["ETag"]
    others = client.get("/api/v1/map/snapshot", headers={**as_role(Role.PILOT), "If-None-Match": mine})
    latvian = {**as_role(Role.COORDINATOR), "Accept-Language": "lv", "If-None-Match": mine}
    assert others.status_code == 200
    assert client.get("/api/v1/map/snapshot", headers=latvian).status_code == 200


def test_the_headers_of_a_list_go_with_its_tag(client: TestClient, as_role: Headers) -> None:
    answer = client.get("/api/v1/observations", headers=as_role(Role.COORDINATOR))
    assert answer.headers["X-Total-Count"] == "0"
    assert answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_may_not_see_an_answer_is_told_so_whatever_tag_is_sent(client: TestClient, as_role: Headers) -> None:
    tag = client.get("/api/v1/plates/watch", headers=as_role(Role.COORDINATOR)).headers["ETag"]
    refused = client.get("/api/v1/plates/watch", headers={**as_role(Role.PILOT), "If-None-Match": tag})
    assert refused.status_code == 403
