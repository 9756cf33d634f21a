"""Links between incidents: seen from both, in both timelines, taken back, following what becomes of the incidents."""

import pytest

from incidents.links import service as links
from incidents.links.service import IncidentLink, LinkRelation
from incidents.settling import decisions
from telemetry.errors import BadInput, Conflict, NotFound
from telemetry.store import Store
from tests.incidents.grouping.builders import LATER, word
from tests.incidents.settling.test_decisions import row
from tests.incidents.settling.test_service import settle, take, texts

pytestmark = pytest.mark.both_databases

CRASH = word("crash", "traffic_accident", accuracy_m=10)
JAM = word("jam", "traffic_jam", minutes=20, east_m=900, accuracy_m=10)
LITTER = word("litter", "litter", minutes=5, north_m=2_000)
COINCIDENCE = "it stood there before"


def link(
    store: Store, one: str | None, other: str | None, relation: LinkRelation = LinkRelation.CAUSED_BY
) -> IncidentLink:
    with store.write() as work:
        return links.link(
            work, row(work, one), relation, row(work, other), by="ana", reason="it blocks the road", now=LATER
        )


def seen(store: Store, incident_id: str | None) -> list[tuple[str, str]]:
    """What its links say, with the other incident's id."""
    with store.write() as work:
        found = links.of_incident(work.session, row(work, incident_id))
        return [(one.relation, one.other.id) for one in found]


def test_a_jam_is_caused_by_a_crash_and_the_crash_caused_the_jam(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    link(store, jam, crash)
    assert seen(store, jam) == [("caused_by", crash)]
    assert seen(store, crash) == [("caused", jam)]
    assert any(text.startswith("was caused by “") and "it blocks the road" in text for text in texts(store, jam))
    assert any(text.startswith("caused “") for text in texts(store, crash))


def test_a_link_that_is_taken_back_is_gone_and_stays_in_both_timelines(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    made = link(store, crash, jam, LinkRelation.RELATED)
    with store.write() as work:
        links.unlink(work, row(work, jam), made.row.id, by="ben", reason=COINCIDENCE, now=LATER)
    assert (seen(store, crash), seen(store, jam)) == ([], [])
    for incident in (crash, jam):
        assert any(COINCIDENCE in text for text in texts(store, incident))


def test_a_link_is_taken_back_only_once(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    made = link(store, crash, jam)
    with store.write() as work:
        links.unlink(work, row(work, jam), made.row.id, by="ben", reason=COINCIDENCE, now=LATER)
    with pytest.raises(NotFound, match="no link"), store.write() as work:
        links.unlink(work, row(work, jam), made.row.id, by="ben", reason=COINCIDENCE, now=LATER)


def test_two_incidents_are_linked_once_and_never_with_themselves(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    link(store, crash, jam)
    with pytest.raises(Conflict, match="already"):
        link(store, jam, crash, LinkRelation.RELATED)
    with pytest.raises(Conflict, match="same incident"):
        link(store, jam, jam)


def test_a_link_needs_a_reason(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    with pytest.raises(BadInput, match="say why"), store.write() as work:
        links.link(work, row(work, crash), LinkRelation.CAUSED, row(work, jam), by="ana", reason=" ", now=LATER)


def test_incidents_of_two_towns_are_not_linked(store: Store) -> None:
    (crash,) = take(store, CRASH)
    (elsewhere,) = take(store, word("far", "litter", city="siauliai"))
    with pytest.raises(BadInput, match="different towns"):
        link(store, crash, elsewhere)


def test_a_link_goes_with_an_incident_into_the_one_that_takes_it_in(store: Store) -> None:
    crash, jam, litter = take(store, CRASH, JAM, LITTER)
    link(store, jam, crash)
    with store.write() as work:
        decisions.join(work, row(work, litter), row(work, jam), by="ana", reason="one", now=LATER)
    settle(store)
    assert seen(store, jam) == seen(store, litter) == [("caused_by", crash)]


def test_a_link_between_what_became_one_incident_is_not_shown(store: Store) -> None:
    crash, jam = take(store, CRASH, JAM)
    link(store, jam, crash)
    with store.write() as work:
        decisions.join(work, row(work, crash), row(work, jam), by="ana", reason="one", now=LATER)
    settle(store)
    assert seen(store, crash) == []
