"""The page of the registry: a form that is refused comes back as it was typed, but for addresses."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role

Headers = Callable[..., dict[str, str]]
SQUARE = {
    "id": "DOB-C09", "city": "dobele", "name": "Bus station", "lat": "56.6231", "lon": "23.2801", "azimuth_deg": "90",
    "hfov_deg": "70", "range_m": "80", "main": "rtsp://viewer:topsecret@10.0.0.9/main", "transport": "udp",
    "watches": "platform 4", "purpose": "entrances", "recorded": "on", "device_names": "bus\nstation",
}  # fmt: skip
EXCHANGED = {"lat": "23.2801", "lon": "56.6231"}


@pytest.fixture
def administrator(as_role: Headers) -> dict[str, str]:
    return {**as_role(Role.ADMIN, None), "Accept": "text/html"}


def test_a_new_camera_that_is_refused_comes_back_as_it_was_typed(
    client: TestClient, administrator: dict[str, str]
) -> None:
    answer = client.post("/cameras", data={**SQUARE, **EXCHANGED}, headers=administrator)
    assert answer.status_code == 422
    for typed in ('value="DOB-C09"', 'value="Bus station"', 'value="23.2801"', 'value="platform 4"', "bus\nstation"):
        assert typed in answer.text
    assert '<option value="udp" selected>' in answer.text
    assert "topsecret" not in answer.text


def test_a_change_that_is_refused_comes_back_in_the_open_card_as_it_was_typed(
    client: TestClient, administrator: dict[str, str]
) -> None:
    assert client.post("/cameras", data=SQUARE, headers=administrator, follow_redirects=False).status_code == 303
    said = {**SQUARE, **EXCHANGED, "name": "Bus station, north"}
    del said["id"], said["city"], said["main"]
    answer = client.post("/cameras/DOB-C09/change", data=said, headers=administrator)
    assert answer.status_code == 422
    assert 'id="DOB-C09" open' in answer.text
    assert 'value="Bus station, north"' in answer.text
