"""A request whose unit of work meets that of another process: it is answered once, by what is kept."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI, UploadFile
from fastapi.testclient import TestClient

from mapserver.core.services import Services
from mapserver.web import problems
from mapserver.web.dependencies import Parts, Writer
from mapserver.web.routes import GuardedRouter
from telemetry.store import Store, Work
from telemetry.store.tables import get_state, put_state
from tests.mapserver.conftest import assembled
from tests.postgres import PostgresServer

router = GuardedRouter()


def count_up(work: Work) -> int:
    number = (get_state(work.session, "count") or 0) + 1
    put_state(work.session, "count", number)
    return number


def count_up_as_another_process_does(parts: Services, work: Work) -> int:
    """Count up; the first time another process does so between what is read here and what is written."""
    if get_state(work.session, "count") is None:
        with closing(Store(parts.settings.database)) as other:
            other.run(count_up)
    return count_up(work)


@router.post("/count")
def count(parts: Parts, work: Writer, body: dict[str, str]) -> dict[str, object]:
    return {"number": count_up_as_another_process_does(parts, work), "body": body}


@router.post("/pictures")
def keep(parts: Parts, work: Writer, picture: UploadFile) -> dict[str, object]:
    content = picture.file.read()
    return {"number": count_up_as_another_process_does(parts, work), "bytes": len(content)}


@pytest.fixture
def client(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with postgres.database() as url, assembled(tmp_path_factory.mktemp("data"), url) as parts:
        app = FastAPI(routes=router.routes)
        app.state.services = parts
        problems.install(app)
        with TestClient(app) as opened:
            yield opened


def test_a_request_is_done_again_with_its_body(client: TestClient) -> None:
    answer = client.post("/count", json={"a": "b"})
    assert (answer.status_code, answer.json()) == (200, {"number": 2, "body": {"a": "b"}})


def test_a_request_is_done_again_with_its_file(client: TestClient) -> None:
    answer = client.post("/pictures", files={"picture": b"12345"})
    assert (answer.status_code, answer.json()) == (200, {"number": 2, "bytes": 5})
