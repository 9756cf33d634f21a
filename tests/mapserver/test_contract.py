"""The test client that holds answers against what is declared: it must fail where they part."""

import httpx
import pytest

from tests.mapserver.contract import BrokenContract, require_declared

WATCHED = {
    "id": "1",
    "city": "dobele",
    "plate": "KV2417",
    "reason": "stolen",
    "expires_at": "2026-12-30T00:00:00Z",
    "added_by": "a",
    "added_at": "2026-11-30T21:40:12Z",
    "removed_by": None,
    "removed_at": None,
}


def problem(kind: str) -> dict[str, object]:
    return {"error": kind, "message": "no", "code": "written", "params": {}, "text": "no"}


def answered(body: object, status: int = 200) -> None:
    require_declared("GET", "/api/v1/plates/watch", httpx.Response(status, json=body))


def test_an_answer_as_declared_passes() -> None:
    answered([WATCHED])
    answered(problem("NotAllowed"), 403)


def test_a_field_that_is_not_declared_is_found() -> None:
    with pytest.raises(BrokenContract, match="colour"):
        answered([{**WATCHED, "colour": "red"}])


def test_a_field_that_is_missing_is_found() -> None:
    with pytest.raises(BrokenContract, match="plate"):
        answered([{name: value for name, value in WATCHED.items() if name != "plate"}])


def test_a_value_of_another_kind_is_found() -> None:
    with pytest.raises(BrokenContract, match="plate"):
        answered([{**WATCHED, "plate": 2417}])


def test_a_status_that_is_not_declared_is_found() -> None:
    with pytest.raises(BrokenContract, match="409"):
        answered(problem("Conflict"), 409)


def test_an_error_of_another_kind_than_its_status_is_found() -> None:
    with pytest.raises(BrokenContract, match="NotFound"):
        answered(problem("NotFound"), 403)
