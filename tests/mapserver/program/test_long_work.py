"""What takes long is done before the turn to write is taken, so that nobody else waits for it."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from mapserver.access import passwords
from mapserver.core.services import Services
from mission.airspace import service as airspace
from telemetry.access import Role
from tests.mission.airspace.builders import ed269, file_of

Headers = Callable[..., dict[str, str]]
SomebodyWrites = Callable[[Any, str], Callable[[], int]]


@pytest.fixture
def somebody_writes(parts: Services, monkeypatch: pytest.MonkeyPatch) -> SomebodyWrites:
    """Has somebody else write while the function of that name in that module is at it; gives how often it was."""

    def during(module: Any, name: str) -> Callable[[], int]:
        takes_long = getattr(module, name)
        times = 0

        def watched(*args: Any) -> Any:
            nonlocal times
            times += 1
            with parts.store.write():  # would wait for the request's own turn, without end
                pass
            return takes_long(*args)

        monkeypatch.setattr(module, name, watched)
        return lambda: times

    return during


def test_a_new_password_is_hashed_before_the_turn_to_write(
    client: TestClient, as_role: Headers, somebody_writes: SomebodyWrites
) -> None:
    admin = as_role(Role.ADMIN, None)
    as_role(Role.COORDINATOR)
    hashed = somebody_writes(passwords, "generated")
    wanted = {"name": "ilze", "role": "inspector", "city": "dobele"}
    assert client.post("/api/v1/people", json=wanted, headers=admin).status_code == 201
    assert client.post("/api/v1/people/coordinator.dobele/reset", headers=admin).status_code == 200
    assert client.post("/people", data={**wanted, "name": "janis"}, headers=admin).status_code == 200
    assert client.post("/people/janis/reset", headers=admin).status_code == 200
    assert hashed() == 4


def test_a_file_of_zones_is_deflated_before_the_turn_to_write(
    client: TestClient, as_role: Headers, somebody_writes: SomebodyWrites
) -> None:
    deflated = somebody_writes(airspace, "deflate")
    asked = {"city": "dobele", "file_name": "zones.json"}
    answer = client.post("/api/v1/airspace/sets", params=asked, content=file_of(ed269()), headers=as_role(Role.PILOT))
    assert (answer.status_code, deflated()) == (201, 1)
