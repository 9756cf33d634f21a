"""What becomes of a plate before it is kept: in clear when it is looked for, else as a hash that is forgotten."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from telemetry.clock import ManualClock
from telemetry.observations import Media, Observation, SourceKind
from telemetry.observations import repository as observations
from telemetry.store import Store
from tests.builders import NOON, observation, store_observation
from tests.vision.plates.test_service import WEEK, trail, watched
from vision.plates.keys import PlateKeys
from vision.plates.screening import REDACTED, forget, may_keep_picture, plate_of, redacted, screen, write_down
from vision.plates.tables import PlateReadRow

DAY = timedelta(hours=24)


@pytest.fixture
def keys(tmp_path: Path) -> PlateKeys:
    return PlateKeys(tmp_path / "key.json", lasts=DAY, due_by=lambda: NOON + DAY)


def read(plate: str = "KV2417", ref: str = "1", category: str = "plate_read", **more: Any) -> Observation:
    attributes = {"plate": plate, "label": "car", **more.pop("attributes", {})}
    return observation(ref, kind=SourceKind.PLATE_READER, category=category, attributes=attributes, **more)


def screened(store: Store, keys: PlateKeys, seen: Observation, *, after: timedelta = timedelta()) -> Observation:
    """Screened and kept."""
    now = NOON + after
    with store.write() as work:
        kept = screen(work, seen, keys, now=now)
        if not observations.owners(work.session, [kept.observation.id]):
            store_observation(work.session, kept.observation, received_at=now)
        write_down(work, kept, kept.observation.id, keep=DAY, now=now)
        return kept.observation


def test_what_names_no_plate_stays_as_it_is(store: Store, keys: PlateKeys) -> None:
    seen = observation(attributes={"identity": "camera/0/7"})
    assert screened(store, keys, seen) is seen


def test_a_plate_that_nobody_looks_for_is_nowhere_in_what_is_kept(store: Store, keys: PlateKeys) -> None:
    picture = Media(kind="snapshot", sha256="0" * 64, content_type="image/jpeg")
    seen = read(
        summary="car KV-2417 at the square",
        media=(picture,),
        ref="cam/KV2417/12:00",
        attributes={"candidates": [{"plate": "kv 2417"}, "KV2418"]},
    )
    kept = screened(store, keys, seen)
    assert "2417" not in json.dumps(kept.model_dump(mode="json")).replace(seen.started_at.isoformat(), "")
    assert (kept.summary, kept.media, plate_of(kept)) == (f"car {REDACTED} at the square", (), None)


def test_its_hash_is_the_same_for_each_reader_so_that_merging_knows_it(store: Store, keys: PlateKeys) -> None:
    first = screened(store, keys, read())
    other = screened(store, keys, read("KV24I7", ref="2", category="vehicle_in_closed_area"))
    assert first.attributes["identity"] == other.attributes["identity"]


def test_a_vehicle_that_does_more_than_pass_keeps_its_picture(store: Store, keys: PlateKeys) -> None:
    picture = Media(kind="snapshot", sha256="0" * 64, content_type="image/jpeg")
    kept = screened(store, keys, read(category="vehicle_in_closed_area", media=(picture,)))
    assert kept.media == (picture,)


@pytest.mark.parametrize(("plate", "how", "words"), [("KV2417", "exact", "is"), ("KV24I7", "alike", "looks like")])
def test_a_plate_that_is_looked_for_is_a_hit_in_clear_and_in_the_audit_trail(
    store: Store, keys: PlateKeys, plate: str, how: str, words: str
) -> None:
    watched(store)
    kept = screened(store, keys, read(plate, summary="number plate at Square"))
    assert (kept.category, kept.attributes["plate"], kept.attributes["watch"]["match"]) == ("plate_hit", plate, how)
    assert kept.summary == f"number plate at Square: {plate}, stolen"
    assert trail(store)[-1] == ("cam", "plate_hit", f"{plate} at cam {words} KV2417")


def test_a_hit_told_twice_is_one_hit(store: Store, keys: PlateKeys) -> None:
    watched(store)
    assert screened(store, keys, read()).id == screened(store, keys, read()).id
    assert [action for _, action, _ in trail(store)].count("plate_hit") == 1


def test_an_exact_match_counts_before_one_that_looks_alike(store: Store, keys: PlateKeys) -> None:
    watched(store, "AB0123", lasts=timedelta(days=1))
    watched(store, "ABO123")
    assert screened(store, keys, read("ABO123")).attributes["watch"]["wanted"] == "ABO123"


def test_what_has_expired_or_is_the_other_towns_hits_nothing(store: Store, keys: PlateKeys) -> None:
    watched(store)
    assert screened(store, keys, read(), after=WEEK).category == "plate_read"


def test_a_plate_reader_that_calls_the_plate_its_identity_is_screened_too(store: Store, keys: PlateKeys) -> None:
    seen = observation(kind=SourceKind.PLATE_READER, category="plate_read", attributes={"identity": "KV2417"})
    assert plate_of(screened(store, keys, seen)) is None


def test_a_picture_is_kept_only_of_a_hit_or_of_more_than_a_passing(store: Store) -> None:
    with store.read() as session:
        assert not may_keep_picture(session, read(), now=NOON)
        assert may_keep_picture(session, read(category="vehicle_in_closed_area"), now=NOON)
        assert may_keep_picture(session, observation(category="vehicle_seen"), now=NOON)
    watched(store)
    with store.read() as session:
        assert may_keep_picture(session, read(), now=NOON)


def test_the_hash_is_forgotten_when_its_time_has_come_and_the_observation_stays(store: Store, keys: PlateKeys) -> None:
    clock = ManualClock(NOON)
    kept = screened(store, keys, read())
    forgotten = []
    for hours in (0, DAY.total_seconds(), 0):
        clock.advance(hours)
        with store.write() as work:
            forgotten.append(forget(work, now=clock.now()))
    assert forgotten == [0, 1, 0]
    with store.read() as session:
        (left,) = observations.get_many(session, [kept.id])
    assert "identity" not in left.attributes
    assert left.category == "plate_read"


def test_hashes_are_forgotten_some_at_a_time_oldest_first(store: Store, keys: PlateKeys) -> None:
    kept = [screened(store, keys, read(ref=str(number)), after=timedelta(minutes=number)).id for number in range(3)]
    later = NOON + WEEK
    with store.write() as work:
        assert forget(work, now=later, at_most=2) == 2
        assert [row.observation_id for row in work.session.exec(select(PlateReadRow))] == kept[2:]
    with store.write() as work:
        assert forget(work, now=later, at_most=2) == 1


@given(
    st.from_regex(r"[A-Z]{2,3}[0-9]{3,4}", fullmatch=True), st.sampled_from(["", " ", "-", " - ", "."]), st.booleans()
)
def test_no_way_of_writing_it_gets_past(plate: str, between: str, small: bool) -> None:
    letters = plate.rstrip("0123456789")
    written = letters + between + plate[len(letters) :]
    said = redacted(f"car {written.lower() if small else written} seen", plate)
    assert said == f"car {REDACTED} seen"
