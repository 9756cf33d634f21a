"""What people say of an incident holds whatever comes in, until they leave it to its observations again."""

import pytest

from incidents.timeline import handling, repository
from incidents.timeline.tables import IncidentRow
from telemetry.errors import BadInput, Conflict
from telemetry.positions import Position
from telemetry.store import Store, Work
from telemetry.visibility import EVERYTHING
from tests.builders import place
from tests.incidents.grouping.builders import LATER, RULES
from tests.incidents.settling.test_service import CRASH, settle, standing, take, texts

pytestmark = pytest.mark.both_databases


def row(work: Work, incident_id: str | None) -> IncidentRow:
    return repository.get(work.session, incident_id or "", EVERYTHING)


def name(store: Store, incident_id: str | None, category: str | None, reason: str = "I see it") -> None:
    with store.write() as work:
        handling.set_category(work, row(work, incident_id), category, RULES, by="coordinator", reason=reason, now=LATER)


def put(store: Store, incident_id: str | None, where: Position | None) -> None:
    with store.write() as work:
        handling.set_place(work, row(work, incident_id), where, by="coordinator", reason="I see it", now=LATER)


def test_what_a_person_says_that_it_is_holds_until_it_is_taken_back(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    settle(store)
    before = standing(store)
    name(store, first, "fire")
    take(store, CRASH[1])
    settle(store)
    (kept,) = standing(store).values()
    assert (kept["category"], kept["severity"]) == ("fire", RULES["fire"].severity)
    name(store, first, None)
    settle(store)
    (again,) = standing(store).values()
    assert again["category"] == before[first or ""]["category"]
    assert any("it is Fire or smoke: I see it" in text for text in texts(store, first))


def test_where_a_person_says_that_it_is_holds_until_it_is_taken_back(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    settle(store)
    before = standing(store)[first or ""]["position"]
    put(store, first, place(east_m=400, accuracy_m=5))
    take(store, CRASH[1])
    settle(store)
    (kept,) = standing(store).values()
    assert kept["position"] == {"lat": place(east_m=400).lat, "lon": place(east_m=400).lon, "accuracy_m": 5}
    put(store, first, None)
    settle(store)
    (again,) = standing(store).values()
    assert again["position"]["lat"] == pytest.approx(before["lat"], abs=0.001)


@pytest.mark.parametrize(("category", "reason", "said"), [("fire", " ", "say why"), ("nonsense", "so", "no category")])
def test_what_cannot_be_said_is_refused_in_words(store: Store, category: str, reason: str, said: str) -> None:
    (first,) = take(store, CRASH[0])
    with pytest.raises(BadInput, match=said):
        name(store, first, category, reason)


def test_what_is_said_already_is_a_conflict(store: Store) -> None:
    (first,) = take(store, CRASH[0])
    name(store, first, "fire")
    with pytest.raises(Conflict, match="already"):
        name(store, first, "fire")
