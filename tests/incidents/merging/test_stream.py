"""Merging a whole set of observations."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from incidents.merging import default_rules, merge
from incidents.timeline.acceptance import accept
from telemetry.cities import all_towns, known_towns
from telemetry.observations import Observation, SourceKind
from telemetry.store import Store
from tests.builders import NOON, observation, place

RULES = default_rules()
LATER = NOON + timedelta(days=2)


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    count = draw(st.integers(0, 14))
    found = []
    for n in range(count):
        city = draw(st.sampled_from(known_towns()))
        found.append(
            observation(
                str(n),
                kind=draw(st.sampled_from(SourceKind)),
                category=draw(st.sampled_from(["fight", "noise", "parking", "plate_read", "unheard_of"])),
                after_s=draw(st.integers(0, 7_200)),
                city=city,
                position=place(
                    east_m=draw(st.integers(-500, 500)), north_m=draw(st.integers(-500, 500)),
                    accuracy_m=draw(st.sampled_from([3, 30, 150])), city=city,
                ),
                attributes=draw(st.sampled_from([{}, {"identity": "KLR123"}, {"simulated": True}])),
            )
        )  # fmt: skip
    return found


@given(observations(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(seen: list[Observation], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert merge(seen, now=LATER, rules=RULES).incidents == merge(shuffled, now=LATER, rules=RULES).incidents


@given(observations())
def test_every_observation_is_in_exactly_one_place(seen: list[Observation]) -> None:
    merged = merge(seen, now=LATER, rules=RULES)
    placed = [i for incident in merged.incidents for i in incident.observation_ids] + [o.id for o in merged.routine]
    assert sorted(placed) == sorted(o.id for o in seen)


@given(observations())
def test_saying_everything_twice_changes_nothing(seen: list[Observation]) -> None:
    once, twice = merge(seen, now=LATER, rules=RULES), merge(seen + seen, now=LATER, rules=RULES)
    assert (once.incidents, once.routine) == (twice.incidents, twice.routine)
    assert twice.repeated == len(seen)


@given(st.permutations([("", 0.5, None), ("a car", 0.9, None), ("", 0.5, NOON + timedelta(seconds=90))]))
def test_what_is_said_again_under_its_name_grows(said: list[tuple[str, float, datetime | None]]) -> None:
    seen = [observation(summary=words, confidence=surely, ended_at=end) for words, surely, end in said]
    merged = merge(seen, now=LATER, rules=RULES)
    assert [(i.observation_ids, i.last_at) for i in merged.incidents] == [
        ((seen[0].id,), NOON + timedelta(seconds=90)),
    ]
    assert merged.added + merged.repeated == 2


def test_one_name_for_two_events_is_two_observations_as_where_they_are_handed_in(store: Store) -> None:
    said = [observation(), observation(after_s=20 * 3_600)]
    merged = merge(said, now=LATER, rules=RULES)
    with store.write() as work:
        receipts = accept(work, said, now=LATER, rules=RULES, sender="")
    placed = [one for incident in merged.incidents for one in incident.observation_ids]
    assert placed == [receipt.observation_id for receipt in receipts]
    assert (merged.added, merged.repeated) == (0, 0)


def test_one_name_in_two_towns_is_two_observations() -> None:
    said = [observation(city=city) for city in known_towns()]
    assert {incident.city for incident in merge(said, now=LATER, rules=RULES).incidents} == set(all_towns())


@given(observations())
def test_no_incident_mixes_towns_or_scopes(seen: list[Observation]) -> None:
    by_id = {o.id: o for o in seen}
    for incident in merge(seen, now=LATER, rules=RULES).incidents:
        members = [by_id[i] for i in incident.observation_ids]
        assert {(o.city, o.scope) for o in members} == {(incident.city, incident.scope)}


@given(observations())
def test_only_kinds_that_open_an_incident_have_opened_one(seen: list[Observation]) -> None:
    assert all(RULES[i.category].opens for i in merge(seen, now=LATER, rules=RULES).incidents)


def test_four_kinds_of_source_tell_one_story_and_a_second_event_stays_apart() -> None:
    story = [
        observation("1", kind=SourceKind.TOWER, position=place(east_m=20, accuracy_m=35)),
        observation("2", kind=SourceKind.FIXED_CAMERA, after_s=40, position=place(north_m=25, accuracy_m=30)),
        observation("3", kind=SourceKind.DRONE, after_s=90, position=place(east_m=-30, accuracy_m=40)),
        observation("4", kind=SourceKind.INSPECTOR, after_s=200, position=place(accuracy_m=8)),
        observation("5", kind=SourceKind.FIXED_CAMERA, after_s=60, position=place(east_m=1_500, accuracy_m=30)),
    ]
    first, second = merge(story, now=LATER, rules=RULES).incidents
    assert first.sources == ("tower", "fixed_camera", "drone", "inspector")
    assert len(second.observation_ids) == 1
