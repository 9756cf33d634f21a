"""A whole application on a fresh database, without its jobs' outside parts (no broker, no video)."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from mapserver.access import service as access
from mapserver.access.tables import UserRow
from mapserver.core.request_rates import RateSettings
from mapserver.core.services import Services, assemble
from mapserver.core.settings import Settings, new_secret
from mapserver.devices.service import ALL_OF_TOWN, GATEWAY_KINDS
from mapserver.devices.tables import DeviceBindingRow
from mapserver.program.app import create_app
from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import LIVE, Scope
from telemetry.store import Work
from tests.mapserver.clients import english_client


@contextmanager
def assembled(folder: Path, database: Path | str) -> Iterator[Services]:
    """The parts of a server whose data are in `folder`: the database at an address, or a copy of a file."""
    url = database if isinstance(database, str) else None
    if url is None:
        shutil.copy(database, folder / "vanagas.db")
    often = "10000/second"  # all tests of a client ask within seconds, from one address
    rates = RateSettings(person=often, device=often, stranger=often, file=often)
    settings = Settings(data_dir=folder, database_url=url, secret_key=new_secret(), secure_cookies=False, rates=rates)
    made = assemble(settings)
    yield made
    made.store.close()


@pytest.fixture
def parts(database: Path | str, tmp_path: Path) -> Iterator[Services]:
    with assembled(tmp_path, database) as made:
        yield made


@pytest.fixture
def client(parts: Services) -> Iterator[TestClient]:
    with english_client(create_app(parts), base_url="http://testserver") as opened:
        yield opened


@pytest.fixture
def token(parts: Services) -> Callable[..., str]:
    return makes_tokens(parts)


def makes_tokens(parts: Services) -> Callable[..., str]:
    """Makes a user of a role and town, who has no password, and gives a token of theirs."""

    def make(role: Role, city: City | None = City("dobele"), *, name: str = "", scope: Scope = LIVE) -> str:
        place = city or "both"
        name = name or (f"{role}.{place}" if scope.is_live else f"{role}.{place}.{scope.partition('/')[2]}")
        with parts.store.write() as work:
            if work.session.get(UserRow, name) is None:
                access.add_user(work.session, name, role, city, scope=scope, password=None, now=parts.clock.now())
                bind_gateway(work, name, role, now=parts.clock.now())
            return parts.tokens.issue(work.session, name, label="test", now=parts.clock.now(), lasts=timedelta(hours=1))

    return make


def bind_gateway(work: Work, name: str, role: Role, *, now: datetime) -> None:
    """Let a device speak for every source of its town."""
    if role is Role.DEVICE:
        for kind in GATEWAY_KINDS:
            bound = DeviceBindingRow(
                device=name, source_kind=kind, source_id=ALL_OF_TOWN, added_by="tests", added_at=now
            )
            work.session.add(bound)
        work.session.flush()


@pytest.fixture
def as_role(client: TestClient, token: Callable[..., str]) -> Callable[..., dict[str, str]]:
    """The headers with which requests are somebody's."""

    def headers(role: Role, city: City | None = City("dobele"), scope: Scope = LIVE) -> dict[str, str]:
        return {"Authorization": f"Bearer {token(role, city, scope=scope)}"}

    return headers
