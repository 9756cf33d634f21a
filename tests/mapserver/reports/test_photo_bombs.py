"""Photos that are small files and huge pictures: refused in words, while others are answered."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from telemetry.access import Role

CASES = Path(__file__).parents[4] / "shared/samples/cases/security"
Headers = Callable[..., dict[str, str]]
REPORT = {"category": "dumping", "lat": "56.621", "lon": "23.281"}


@pytest.mark.parametrize("name", ["bomb16000.jpg", "png60000.png"])
def test_a_report_with_a_huge_picture_is_refused_in_words_and_stops_nobody(
    client: TestClient, as_role: Headers, name: str
) -> None:
    if not (CASES / name).exists():
        pytest.skip(f"the sample {name} is not there")
    inspector = as_role(Role.INSPECTOR) | {"Accept": "application/json"}
    photo = {"photo": (name, (CASES / name).read_bytes())}
    with ThreadPoolExecutor(1) as sender:
        sent = sender.submit(client.post, "/report", data=REPORT, files=photo, headers=inspector)
        note = client.post("/report", data=REPORT, headers=inspector)
    answer = sent.result()
    assert answer.status_code == 422, answer.text
    assert "pixels" in answer.json()["message"]
    assert note.status_code == 200, note.text
    assert len(client.get("/api/v1/incidents", headers=inspector).json()) == 1
