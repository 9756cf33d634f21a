"""What was said is found with its incident, in the reader's language, and nothing that was forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from shapely import Polygon

from incidents.merging import default_rules
from incidents.search.service import SearchRequest, search
from incidents.timeline import repository, service
from incidents.timeline.acceptance import accept
from incidents.timeline.transitions import Transition
from telemetry.cities import City
from telemetry.fulltext import DocumentQuery
from telemetry.messages import Message, speaking
from telemetry.observations import Observation, SourceKind
from telemetry.scopes import DEMO
from telemetry.store import Store
from telemetry.visibility import EVERYTHING, Visibility
from tests.builders import NOON, live, observation, place

pytestmark = pytest.mark.both_databases

DOBELE = City("dobele")
RULES = default_rules()


def accepted(store: Store, *seen: Observation) -> list[str]:
    with store.write() as work:
        return [one.incident_id or "" for one in accept(work, seen, now=NOON + timedelta(minutes=5), rules=RULES)]


def hits(store: Store, words: str, visible: Visibility = EVERYTHING, **more: Any) -> list[dict[str, Any]]:
    area = more.pop("area", None)
    with store.read() as session:
        found = search(session, SearchRequest(DocumentQuery(visible, words=words, **more), area), limit=50)
    assert found.total is None or found.total == len(found.hits)
    return list(found.hits)


def note(store: Store, incident_id: str, text: str) -> None:
    with store.write() as work:
        row = repository.get(work.session, incident_id, EVERYTHING)
        service.add_note(work, row, text, by="ilze", now=NOON + timedelta(minutes=6))


def test_what_was_said_is_found_without_accents_with_its_incident_and_entry(store: Store) -> None:
    (incident,) = accepted(store, observation(summary="Mašina Šiaulių gatvėje"))
    (hit,) = hits(store, "siauliu MASINA")
    assert (hit["kind"], hit["text"], hit["seq"]) == ("observation", "Mašina Šiaulių gatvėje", 2)
    assert hit["incident"]["id"] == incident


def test_notes_and_the_reasons_of_decisions_are_found(store: Store) -> None:
    (incident,) = accepted(store, observation())
    note(store, incident, "Vairuotojas išvažiavo")
    with store.write() as work:
        row = repository.get(work.session, incident, EVERYTHING)
        service.take(work, row, Transition.RESOLVE, by="ilze", reason="nieko nerasta", now=NOON + timedelta(minutes=7))
    (said,) = hits(store, "vairuotojas isvaziavo")
    assert (said["kind"], said["who"], said["source"], said["seq"]) == ("entry", "ilze", None, 3)
    (closed,) = hits(store, "nerasta")
    assert (closed["seq"], closed["incident"]["id"]) == (4, incident)


def test_a_passing_sight_is_found_without_an_incident(store: Store) -> None:
    accepted(store, observation(category="vehicle_seen", summary="green lorry"))
    (hit,) = hits(store, "lorry")
    assert (hit["incident"], hit["seq"]) == (None, None)


def test_it_is_found_by_its_category_and_its_message_in_any_language(store: Store) -> None:
    said = Message("observations.not_found", id="kiosk")
    accepted(store, observation(category="noise", summary=str(said), message=said))
    for words in ("noise", "triuksmas", "troksnis", "kiosk"):
        assert len(hits(store, words)) == 1, words
    with speaking("lt"):
        assert hits(store, "kiosk")[0]["text"] == said.text("lt")


@pytest.mark.parametrize("form", ["{}", "#{}", " {} "])
def test_the_number_that_a_reporter_was_told_finds_the_incident_first(store: Store, form: str) -> None:
    (incident,) = accepted(store, observation())
    for number in (incident, incident[:8], incident[:8].upper()):
        first, *_ = hits(store, form.format(number))
        assert (first["kind"], first["incident"]["id"]) == ("incident", incident)
    assert hits(store, "00000000") == []


def test_the_source_s_own_number_of_a_report_is_found(store: Store) -> None:
    accepted(store, observation("112-4711", kind=SourceKind.REPORT, summary="fire"))
    assert len(hits(store, "112-4711")) == 1


def test_another_town_and_an_exercise_are_not_found(store: Store) -> None:
    (mine,) = accepted(store, observation(summary="lorry"))
    theirs = accepted(
        store, observation("2", city=City("siauliai"), summary="lorry"), observation("3", scope=DEMO, summary="lorry")
    )
    assert [hit["incident"]["id"] for hit in hits(store, "lorry", live(DOBELE))] == [mine]
    for number in theirs:
        assert hits(store, number[:8], live(DOBELE)) == []


def test_what_lies_in_a_drawn_area_is_found(store: Store) -> None:
    inside, beside = place(east_m=100, north_m=100), place(east_m=900, north_m=900)
    seen = [observation(str(n), summary=f"lorry {n}", position=at) for n, at in enumerate((inside, beside))]
    accepted(store, *seen)
    corners = [place(east_m=0), place(east_m=1_000), place(north_m=1_000)]  # `beside` is in its box
    area = Polygon([(corner.lon, corner.lat) for corner in corners])
    assert [hit["text"] for hit in hits(store, "", area=area, bounds=area.bounds)] == ["lorry 0"]
    assert len(hits(store, "", bounds=area.bounds)) == 2
