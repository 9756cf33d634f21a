"""The grouping as a function of the set of observations."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.grouping import Grouping, GroupingMemory, group_observations
from incidents.merging import events_of
from incidents.synthetic import TownKind, generate_town
from incidents.synthetic.writing import observation_lines
from telemetry.cities import known_towns
from telemetry.observations import Observation, SourceKind
from tests.builders import observation, place
from tests.incidents.grouping.builders import LATER, RULES, camera, grouped, refs, word

SAID = ["fight", "noise", "crowd", "traffic_accident", "stopped_vehicle", "parking", "plate_read", "unheard_of"]


@st.composite
def days(draw: st.DrawFn, most: int = 16) -> list[Observation]:
    found = []
    for number in range(draw(st.integers(0, most))):
        city = draw(st.sampled_from(known_towns()))
        found.append(
            observation(
                str(number),
                kind=draw(st.sampled_from(SourceKind)),
                source=draw(st.sampled_from(["s1", "s2", "s3"])),
                category=draw(st.sampled_from(SAID)),
                after_s=draw(st.integers(0, 7_200)),
                city=city,
                position=place(
                    east_m=draw(st.integers(-300, 300)),
                    north_m=draw(st.integers(-300, 300)),
                    accuracy_m=draw(st.sampled_from([3, 12, 65, 150])),
                    city=city,
                ),
                attributes=draw(st.sampled_from([{}, {}, {"identity": "KLR123"}, {"simulated": True}])),
            )
        )
    return found


def told(grouping: Grouping) -> object:
    """Everything that is told of it."""
    return ([one.public() for one in grouping.incidents], [one.public() for one in grouping.questions])


def shuffled_and_resent(seen: list[Observation], rnd: random.Random) -> list[Observation]:
    again = [*seen, *rnd.sample(seen, len(seen) // 3)]
    rnd.shuffle(again)
    return list(events_of(again).events)


@settings(max_examples=60)
@given(days(), st.integers(0, 10**6))
def test_order_of_arrival_and_resends_change_nothing(seen: list[Observation], seed: int) -> None:
    assert told(grouped(shuffled_and_resent(seen, random.Random(seed)))) == told(grouped(seen))


@pytest.mark.whole
@settings(max_examples=2_000, deadline=None)
@given(days(most=30), st.integers(0, 10**6))
def test_order_of_arrival_and_resends_change_nothing_on_two_thousand_days(seen: list[Observation], seed: int) -> None:
    assert told(grouped(shuffled_and_resent(seen, random.Random(seed)))) == told(grouped(seen))


@pytest.fixture(scope="module")
def calm_town() -> list[Observation]:
    lines = observation_lines(generate_town(11, TownKind.CALM), 11)
    return list(events_of(Observation.model_validate(line) for line in lines).events)


def test_a_whole_town_shuffled_gives_the_same(calm_town: list[Observation]) -> None:
    assert told(grouped(shuffled_and_resent(calm_town, random.Random(5)))) == told(grouped(calm_town))


@given(days())
def test_every_observation_is_in_exactly_one_place(seen: list[Observation]) -> None:
    grouping = grouped(seen)
    placed = [member for one in grouping.incidents for member in one.incident.observation_ids]
    assert sorted(placed + [one.id for one in grouping.routine]) == sorted(one.id for one in seen)


@given(days())
def test_towns_and_simulated_things_are_never_mixed(seen: list[Observation]) -> None:
    by_id = {one.id: one for one in seen}
    for one in grouped(seen).incidents:
        assert len({(by_id[m].city, by_id[m].simulated) for m in one.incident.observation_ids}) == 1


def test_a_neighbourhood_by_itself_comes_out_as_in_the_whole_town(calm_town: list[Observation]) -> None:
    """So the server may settle only what lies round a new word."""
    whole = grouped(calm_town)
    by_id = {one.id: one for one in calm_town}
    some = whole.incidents[len(whole.incidents) // 2].incident
    town = whole.towns[some.city, some.scope]
    number = next(n for n, one in enumerate(town.search.evidence.witnesses) if one.id in some.observation_ids)
    ids = {town.search.evidence.witnesses[n].id for n in town.neighbourhood(number)}
    alone = group_observations([by_id[one] for one in ids], now=LATER, rules=RULES, offsets=whole.offsets)
    assert {one.incident.id for one in alone.incidents} == {
        one.incident.id for one in whole.incidents if one.incident.observation_ids[0] in ids
    }
    assert some.observation_ids in {one.incident.observation_ids for one in alone.incidents}


def test_an_id_follows_from_the_earliest_observation() -> None:
    seen = [word("late", "fight", minutes=3, accuracy_m=25), word("early", "fight", accuracy_m=25)]
    before = grouped(seen[:1]).incidents[0].incident
    after = grouped(seen).incidents[0].incident
    assert after.id == grouped(seen[1:]).incidents[0].incident.id != before.id


def test_twelve_events_of_one_camera_are_one_place() -> None:
    seen = [camera(f"e{n}", "crowd", minutes=n, accuracy_m=30, source="camera-1") for n in range(12)]
    position = grouped(seen).incidents[0].incident.position
    assert position is not None
    assert position.accuracy_m >= 30


def test_a_passing_sight_joins_what_bears_its_plate() -> None:
    hit = camera("hit", "plate_hit", attributes={"identity": "KLR123"})
    sight = camera("sight", "plate_read", minutes=5, east_m=900, attributes={"identity": "KLR123"})
    other = camera("other", "plate_read", minutes=5, attributes={"identity": "ABC987"})
    grouping = grouped([hit, sight, other])
    assert refs(grouping, [hit, sight, other]) == [{"hit", "sight"}]
    assert [one.source_ref for one in grouping.routine] == ["other"]


def test_a_device_ahead_of_our_clock_counts_from_its_arrival() -> None:
    ahead = camera("ahead", "fight", minutes=9 * 24 * 60)
    assert grouped([ahead]).incidents[0].incident.first_at == LATER


@settings(max_examples=40)
@given(st.lists(days(10), min_size=2, max_size=4))
def test_what_is_remembered_of_groupings_before_changes_nothing(sets: list[list[Observation]]) -> None:
    memory = GroupingMemory()
    for seen in sets:
        remembering = group_observations(seen, now=LATER, rules=RULES, memory=memory)
        assert told(remembering) == told(grouped(seen))
