"""The calls of docs/api.md, and of a client that knows the description alone, against a real server."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from build_assets import ROOT
from mapserver.core.services import Services
from telemetry.access import Role
from tests.mapserver.conftest import makes_tokens
from tests.mapserver.serving import serving

GUIDE = (ROOT / "docs/api.md").read_text("utf-8")
KEPT = ROOT / "docs/openapi.json"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.M | re.S)


@pytest.fixture
def address(parts: Services) -> Iterator[str]:
    with serving(parts) as host:
        yield f"http://{host}"


@pytest.fixture
def token(parts: Services) -> str:
    return makes_tokens(parts)(Role.COORDINATOR)


def test_the_calls_of_the_guide_are_answered_as_it_says(
    address: str, token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VANAGAS", address)
    monkeypatch.setenv("TOKEN", token)
    names: dict[str, Any] = {}
    exec(compile("\n".join(BLOCKS), "docs/api.md", "exec"), names)  # noqa: S102 - the guide's own program
    told = capsys.readouterr().out
    names["vanagas"].close()
    assert "accepted" in told
    assert "1 of 1" in told
    assert names["incident"]["state"] == "acknowledged"
    assert names["unchanged"].status_code == 304
    assert "422 BadObservation" in told


class DescribedClient:
    """A client that knows nothing but an OpenAPI document: operations by name, arguments where it says they go."""

    def __init__(self, document: dict[str, Any], address: str, token: str) -> None:
        self._operations = {
            operation["operationId"]: (method, path, operation)
            for path, item in document["paths"].items()
            for method, operation in item.items()
        }
        scheme = document["components"]["securitySchemes"]["bearer"]["scheme"]
        self._http = httpx.Client(base_url=address, headers={"Authorization": f"{scheme.title()} {token}"})

    def call(self, name: str, body: Any = None, **arguments: Any) -> httpx.Response:
        """Do an operation. Raises KeyError for an argument that it does not declare, AssertionError for a status."""
        method, path, operation = self._operations[name]
        places = {one["name"]: one["in"] for one in operation.get("parameters", [])}
        sent: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}}
        for argument, value in arguments.items():
            sent[places[argument]][argument] = value
        assert (body is None) or "application/json" in operation["requestBody"]["content"]
        answer = self._http.request(
            method, path.format(**sent["path"]), params=sent["query"], headers=sent["header"], json=body
        )
        assert str(answer.status_code) in operation["responses"]
        return answer

    def pages(self, name: str, **arguments: Any) -> Iterator[Any]:
        """All rows of a list, by the headers that its operation declares."""
        headers = self._operations[name][2]["responses"]["200"]["headers"]
        assert {"Link", "X-Total-Count"} <= headers.keys()
        answer = self.call(name, **arguments)
        yield from answer.json()
        while "next" in answer.links:
            answer = self._http.get(answer.links["next"]["url"])
            yield from answer.json()


@pytest.fixture
def client(address: str, token: str) -> DescribedClient:
    return DescribedClient(json.loads(Path(KEPT).read_text("utf-8")), address, token)


def seen(number: int) -> dict[str, Any]:
    return {
        "city": "dobele",
        "source": {"kind": "fixed_camera", "id": "DOB-C07"},
        "source_ref": f"event-{number}",
        "category": "illegal_dumping",
        "started_at": datetime.now(UTC).isoformat(),
        "position": {"lat": 56.6253, "lon": 23.2771 + number / 10, "accuracy_m": 25},
    }


def test_a_client_that_knows_the_description_alone_can_do_its_work(client: DescribedClient) -> None:
    receipts = client.call("observations_post", [seen(number) for number in range(3)]).json()
    assert [receipt["outcome"] for receipt in receipts] == ["accepted"] * 3
    found = list(client.pages("observations_latest", limit=2))
    assert {one["id"] for one in found} == {receipt["observation_id"] for receipt in receipts}
    incidents = list(client.pages("incidents_listed", category="illegal_dumping"))
    assert {one["id"] for one in incidents} == {receipt["incident_id"] for receipt in receipts}
    timeline = client.call("incidents_timeline", incident_id=incidents[0]["id"]).json()
    assert [entry["kind"] for entry in timeline] == ["opened", "observation"]
    refused = client.call("incidents_change_state", {"state": "resolved"}, incident_id=incidents[0]["id"])
    assert (refused.status_code, refused.json()["error"]) == (422, "BadInput")


def test_every_address_that_the_guide_names_is_described() -> None:
    paths = json.loads(Path(KEPT).read_text("utf-8"))["paths"]
    templates = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$") for path in paths]
    named = set(re.findall(r"(?:GET|POST|PUT|PATCH|DELETE) (/api/v1/[\w/{}.-]+\w)", GUIDE))
    assert named, "the guide names no operation"
    assert [path for path in named if not any(template.match(path) for template in templates)] == []
