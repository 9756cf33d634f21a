"""People over the API: added, let in, shut out, with a new password that one answer alone tells."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from telemetry.access import Role

Headers = Callable[..., dict[str, str]]


def test_a_person_is_added_shut_out_and_let_in_again(client: TestClient, as_role: Headers) -> None:
    admin = as_role(Role.ADMIN, None)
    new = {"name": "anna", "role": "inspector", "city": "dobele"}
    added = client.post("/api/v1/people", json=new, headers=admin).json()
    assert added["password"]
    anna = "/api/v1/people/anna"
    assert client.post(f"{anna}/deactivate", headers=admin).json()["active"] is False
    assert client.post(f"{anna}/activate", headers=admin).json()["active"] is True
    assert client.post(f"{anna}/reset", headers=admin).json()["password"] != added["password"]
    assert client.post(f"{anna}/end-sessions", headers=admin).json() == {"ended": 0}
    assert client.put(f"{anna}/role", json={"role": "pilot", "city": "dobele"}, headers=admin).json()["role"] == "pilot"
    assert client.put(f"{anna}/town", json={"city": "siauliai"}, headers=admin).json()["city"] == "siauliai"
    assert "password" not in client.get(anna, headers=admin).json()
    assert client.post("/api/v1/people", json=new, headers=admin).status_code == 409


def test_a_token_is_made_listed_and_ended(client: TestClient, as_role: Headers) -> None:
    admin = as_role(Role.ADMIN, None)
    made = client.post("/api/v1/tokens", json={"user": "admin.both", "label": "wall"}, headers=admin)
    assert (made.status_code, list(made.json())) == (201, ["token"])
    (mine,) = [one for one in client.get("/api/v1/tokens", headers=admin).json() if one["label"] == "wall"]
    assert client.delete(f"/api/v1/tokens/{mine['id']}", headers=admin).json()["id"] == mine["id"]
    ended = client.get("/api/v1/units", headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert ended.status_code == 401
