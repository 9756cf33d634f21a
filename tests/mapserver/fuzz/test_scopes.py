"""The truth table of scopes: no operation shows or touches what is of another scope, whoever of the town asks."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from telemetry.access import Role
from telemetry.cities import City
from telemetry.scopes import DEMO, LIVE, Scope
from tests.mapserver.conftest import makes_tokens
from tests.mapserver.fuzz.operations import operations
from tests.mapserver.fuzz.town import Town, seeded_town

DOBELE = City("dobele")
SPRING = Scope("exercise/spring")
Caller = tuple[Role, City | None, Scope]
CALLERS: list[Caller] = [(role, DOBELE, scope) for role in Role if role is not Role.ADMIN for scope in (LIVE, SPRING)]
CALLERS += [(Role.ADMIN, None, LIVE), (Role.SUPERVISOR, None, SPRING)]
FEW = [(Role.SUPERVISOR, DOBELE, LIVE), (Role.ADMIN, None, LIVE)]
"""They may do most."""
LABELS = sorted(operations().keys() - {"GET /api/v1/openapi.json"})
OF_NO_SCOPE = frozenset({"city"})
"""Path parameters that name no row of a scope."""


@pytest.fixture(scope="module")
def demo(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Two towns whose every row is of the demo's scope."""
    with seeded_town(migrated, tmp_path_factory.mktemp("scopes")) as made:
        yield made


@pytest.fixture(scope="module")
def headers_of(demo: Town) -> Callable[[Caller], dict[str, str]]:
    make = makes_tokens(demo.parts)

    def headers(caller: Caller) -> dict[str, str]:
        role, city, scope = caller
        name = f"{role}.of.{scope.replace('/', '.')}"  # the demo has people of its own
        return {"Authorization": f"Bearer {make(role, city, name=name, scope=scope)}"}

    return headers


def paths_of(label: str, known: dict[str, list[str]], most: int) -> Iterator[str]:
    """The paths of an operation that name what there is in the demo, each thing once, at `most` so many."""
    template = label.partition(" ")[2]
    named = [name for name in known if f"{{{name}}}" in template and name not in OF_NO_SCOPE]
    for number in range(min(most, max((len(known[name]) for name in named), default=1))):
        path = template
        for name in named:
            path = path.replace(f"{{{name}}}", quote(known[name][number % len(known[name])], safe=""))
        yield path.replace("{city}", DOBELE).replace("{", "").replace("}", "")


def try_as(demo: Town, label: str, headers: dict[str, str], *, most: int) -> None:
    """Try an operation on what there is in the demo."""
    method, _, template = label.partition(" ")
    things = {one for name, ids in demo.known.items() if name not in {"city", "name"} for one in ids}
    names_row = any(f"{{{name}}}" in template for name in demo.known if name not in OF_NO_SCOPE)
    for path in paths_of(label, demo.known, most):
        answer = demo.client.request(method, path, headers=headers, json=None if method == "GET" else {})
        said = f"{headers} {path} {answer.status_code} {answer.text[:300]}"
        assert answer.status_code < 500, said
        assert not (names_row and answer.is_success and answer.text != "[]"), said
        assert [one for one in things if one in answer.text and quote(one, safe="") not in path] == [], said


@pytest.mark.parametrize("label", LABELS)
def test_an_operation_shows_and_touches_nothing_of_another_scope(
    demo: Town, headers_of: Callable[[Caller], dict[str, str]], label: str
) -> None:
    for caller in FEW:
        try_as(demo, label, headers_of(caller), most=2)


@pytest.mark.whole
@pytest.mark.parametrize("label", LABELS)
def test_nobody_is_shown_or_touches_anything_of_another_scope(
    demo: Town, headers_of: Callable[[Caller], dict[str, str]], label: str
) -> None:
    for caller in CALLERS:
        try_as(demo, label, headers_of(caller), most=1_000)


def test_the_demos_own_people_see_what_nobody_else_does(
    demo: Town, headers_of: Callable[[Caller], dict[str, str]]
) -> None:
    seen = demo.client.get("/api/v1/units", headers=headers_of((Role.SUPERVISOR, DOBELE, DEMO))).json()
    assert {one["id"] for one in seen} <= set(demo.known["unit_id"])
    assert seen != []
