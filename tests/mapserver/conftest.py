"""A whole application on a fresh database, without its jobs' outside parts (no broker, no video)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver import migrations
from mapserver.access import service as access
from mapserver.access.tables import UserRow
from mapserver.app import create_app
from mapserver.services import Services, assemble
from mapserver.settings import Settings, new_secret
from telemetry.access import Role
from telemetry.cities import City

PASSWORD = "a-long-enough-password"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Services]:
    settings = Settings(data_dir=tmp_path, secret_key=new_secret(), secure_cookies=False)
    made = assemble(settings)
    migrations.upgrade(made.store)
    yield made
    made.store.close()


@pytest.fixture
def client(parts: Services) -> Iterator[TestClient]:
    with TestClient(create_app(parts), base_url="http://testserver") as opened:
        yield opened


@pytest.fixture
def token(parts: Services) -> Callable[..., str]:
    """Makes a user of a role and town and gives a token of theirs."""

    def make(role: Role, city: City | None = City.DOBELE) -> str:
        name = f"{role}.{city or 'both'}"
        with parts.store.write() as work:
            if work.session.get(UserRow, name) is None:
                access.add_user(work.session, name, role, city, password=PASSWORD, now=parts.clock.now())
            return parts.tokens.issue(work.session, name, label="test", now=parts.clock.now(), lasts=timedelta(hours=1))

    return make


@pytest.fixture
def as_role(client: TestClient, token: Callable[..., str]) -> Callable[..., dict[str, str]]:
    """The headers with which requests are somebody's."""

    def headers(role: Role, city: City | None = City.DOBELE) -> dict[str, str]:
        return {"Authorization": f"Bearer {token(role, city)}"}

    return headers
