"""Documents are found by both databases as a slow look at each of them would find them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from telemetry.cities import City
from telemetry.errors import BadInput
from telemetry.fulltext import DocumentQuery, find, words_of
from telemetry.fulltext.documents import COUNTED, count
from telemetry.observations import Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.scopes import DEMO, LIVE, Scope
from telemetry.store import Between, Store
from telemetry.visibility import EVERYTHING, Visibility
from tests.builders import NOON, live, observation, place, store_observation

pytestmark = pytest.mark.both_databases

DOBELE = City("dobele")
WORDS = ("gatvė", "gatvės", "Žmogus", "zmones", "automobilis", "auto", "ugnis", "12", "a", "AB")
CATEGORIES = ("noise", "fight", "illegal_dumping")


def store_many(store: Store, seen: Sequence[Observation]) -> None:
    with store.write() as work:
        for one in seen:
            store_observation(work.session, one)


def found(store: Store, wanted: DocumentQuery, *, limit: int = 1_000) -> list[str | None]:
    with store.read() as session:
        return [row.observation_id for row in find(session, wanted, limit=limit).rows]


def an_observation(rnd: random.Random, number: int) -> Observation:
    city = rnd.choice((DOBELE, City("siauliai")))
    return observation(
        f"r{number}",
        city=city,
        scope=rnd.choice((LIVE, LIVE, DEMO)),
        category=rnd.choice(CATEGORIES),
        kind=rnd.choice((SourceKind.REPORT, SourceKind.DRONE)),
        source=f"s{number}",
        after_s=rnd.choice((0, 0, rnd.uniform(-90_000, 90_000))),
        position=place(east_m=rnd.uniform(-4_000, 4_000), north_m=rnd.uniform(-4_000, 4_000), city=city),
        summary=" ".join(rnd.choices(WORDS, k=rnd.randrange(4))),
    )


def fits(seen: Observation, wanted: DocumentQuery) -> bool:
    said = words_of(seen.summary)
    for word in words_of(wanted.words):
        if not any(one == word or (len(word) >= 3 and one.startswith(word)) for one in said):
            return False
    at = seen.started_at
    assert seen.position is not None
    checks = [
        wanted.visible.covers(seen.city, seen.scope),
        not wanted.categories or seen.category in wanted.categories,
        not wanted.source_kinds or seen.source.kind in wanted.source_kinds,
        wanted.between.since is None or at >= wanted.between.since,
        wanted.between.until is None or at < wanted.between.until,
    ]
    if wanted.bounds is not None:
        west, south, east, north = wanted.bounds
        checks += [south <= seen.position.lat <= north, west <= seen.position.lon <= east]
    return all(checks)


def a_query(rnd: random.Random) -> DocumentQuery:
    moments: list[datetime | None] = [None, NOON, NOON + timedelta(seconds=rnd.uniform(-90_000, 90_000))]
    middle = place(east_m=rnd.uniform(-3_000, 3_000)) if rnd.random() < 0.3 else None
    reach = rnd.choice((0.005, 0.05, 2.0))
    bounds = None
    if middle is not None:
        bounds = (middle.lon - reach, middle.lat - reach, middle.lon + reach, middle.lat + reach)
    cities = rnd.choice((frozenset({DOBELE}), frozenset({DOBELE, City("siauliai")})))
    return DocumentQuery(
        Visibility(cities, rnd.choice((LIVE, Scope("exercise/other"), DEMO))),
        words=" ".join(rnd.choices((*WORDS, "zmo", "GATV", "ug", "nothing"), k=rnd.choice((0, 0, 1, 1, 2)))),
        categories=rnd.sample(CATEGORIES, k=rnd.choice((0, 0, 1, 2))),
        source_kinds=rnd.choice(([], [], ["drone"])),
        bounds=bounds,
        between=Between(*sorted(rnd.sample(moments, 2), key=lambda one: (one is not None, one))[:2])
        if rnd.random() < 0.1
        else Between(rnd.choice(moments), None),
    )


def test_any_query_finds_what_a_look_at_each_document_finds_the_latest_first(store: Store) -> None:
    rnd = random.Random(5)
    seen = [an_observation(rnd, number) for number in range(300)]
    store_many(store, seen)
    hits = 0
    for _ in range(150):
        wanted = a_query(rnd)
        expected = {one.id for one in seen if fits(one, wanted)}
        ids = found(store, wanted)
        assert set(ids) == expected, wanted
        assert len(ids) == len(expected)
        at = {one.id: one.started_at.replace(microsecond=one.started_at.microsecond // 10_000 * 10_000) for one in seen}
        times = [at[one] for one in ids if one is not None]
        assert times == sorted(times, reverse=True)
        with store.read() as session:
            assert count(session, wanted) == len(expected)
        hits += len(expected)
    assert hits > 500


def test_pages_follow_each_other_without_a_gap(store: Store) -> None:
    store_many(store, [observation(str(number), summary="ugnis") for number in range(25)])  # all of one moment
    pages: list[str | None] = []
    cursor = None
    with store.read() as session:
        while True:
            page = find(session, DocumentQuery(live(DOBELE), words="ugnis"), limit=10, cursor=cursor)
            pages += [row.observation_id for row in page.rows]
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len(pages) == len(set(pages)) == 25


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, str(1 << 63), "²"])
def test_a_cursor_of_another_list_is_refused(store: Store, cursor: str) -> None:
    with store.read() as session, pytest.raises(BadInput):
        find(session, DocumentQuery(EVERYTHING, words="a"), limit=10, cursor=cursor)


@pytest.mark.parametrize(
    "words", ['"', "a* OR b", "NEAR(a b)", "'; DROP TABLE x", "a:b & !c | (", "words: x", "-", "\x00", "\ud800"]
)
def test_no_words_are_a_command_to_the_database(store: Store, words: str) -> None:
    found(store, DocumentQuery(EVERYTHING, words=words))


def test_what_an_observation_said_before_is_not_found_any_more(store: Store) -> None:
    seen = observation(summary="raudona mašina")
    store_many(store, [seen])
    with store.write() as work:
        changed = seen.model_copy(update={"summary": "mėlyna mašina", "received_at": NOON})
        observations.update(work.session, [changed], at=NOON)
    assert found(store, DocumentQuery(EVERYTHING, words="raudona")) == []
    assert found(store, DocumentQuery(EVERYTHING, words="melyna masina")) == [seen.id]


def test_an_observation_that_is_deleted_is_not_found_any_more(store: Store) -> None:
    seen = observation(summary="raudona")
    store_many(store, [seen])
    with store.write() as work:
        work.session.execute(text("DELETE FROM observations"))
    assert found(store, DocumentQuery(EVERYTHING, words="raudona")) == []
    if store.is_file:
        with store.engine.connect() as connection:
            connection.execute(text("INSERT INTO search_words (search_words, rank) VALUES ('integrity-check', 1)"))


def test_a_write_that_fails_leaves_no_words(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as work:
        store_observation(work.session, observation(summary="raudona"))
        raise ZeroDivisionError
    assert found(store, DocumentQuery(EVERYTHING, words="raudona")) == []


def test_a_plate_in_clear_is_found_by_its_name_alone(store: Store) -> None:
    seen = observation(summary="wanted KV-2417", attributes={"plate": "KV2417", "identity": "plate 0a1b"})
    store_many(store, [seen])
    assert found(store, DocumentQuery(EVERYTHING, words="KV2417")) == []
    assert found(store, DocumentQuery(EVERYTHING, words="2417")) == []
    assert found(store, DocumentQuery(EVERYTHING, names=["KV2417"])) == [seen.id]
    assert found(store, DocumentQuery(EVERYTHING, names=["plate 0a1b", "other"])) == [seen.id]


def test_more_than_are_counted_are_not_counted(store: Store) -> None:
    with store.write() as work:
        for number in range(COUNTED + 5):
            store_observation(work.session, observation(str(number), summary="ugnis"))
    with store.read() as session:
        assert count(session, DocumentQuery(EVERYTHING, words="ugnis")) == COUNTED + 1
