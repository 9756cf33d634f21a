"""What people decided binds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.grouping import PersonDecision, read_decision
from incidents.merging.incident import incident_id_of
from telemetry.errors import BadInput
from telemetry.observations import Observation, SourceKind
from tests.incidents.grouping.builders import grouped, refs, word
from tests.incidents.grouping.test_grouping import days

FIGHTS = [word(f"w{n}", "fight", minutes=n / 2, accuracy_m=25, east_m=3 * n) for n in range(4)]


def together(a: Observation, b: Observation) -> PersonDecision:
    return PersonDecision(a.id, b.id, together=True)


def apart(a: Observation, b: Observation) -> PersonDecision:
    return PersonDecision(a.id, b.id, together=False)


def test_what_cannot_be_one_stays_apart_for_ever() -> None:
    first, *_, last = FIGHTS
    incident_of = grouped(FIGHTS, [apart(first, last)]).incident_of()
    assert incident_of[first.id] != incident_of[last.id]


def test_what_must_be_one_is_one_however_far() -> None:
    seen = [word("here", "fight"), word("there", "pothole", minutes=900, east_m=3_000)]
    assert refs(grouped(seen, [together(*seen)]), seen) == [{"here", "there"}]


def test_the_later_decision_counts() -> None:
    seen = FIGHTS[:2]
    assert len(grouped(seen, [together(*seen), apart(*seen)]).incidents) == 2
    assert len(grouped(seen, [apart(*seen), together(*seen)]).incidents) == 1


def test_an_answer_to_a_question_settles_it() -> None:
    first = [word(f"a{n}", "fight", minutes=n, east_m=5 * n) for n in range(3)]
    second = [word(f"b{n}", "fight", minutes=10 + n, east_m=65 + 5 * n) for n in range(3)]
    (asked,) = grouped(first + second).questions
    one = grouped(first + second, [read_decision({"question": asked.id, "same": True}, "here")])
    two = grouped(first + second, [read_decision({"question": asked.id, "same": False}, "here")])
    assert (len(one.incidents), one.questions) == (1, ())
    assert (len(two.incidents), two.questions) == (2, ())


@given(days(), st.data())
def test_decisions_bind_whatever_the_day(seen: list[Observation], data: st.DataObject) -> None:
    pairs = [(a, b) for a in seen for b in seen if a.id < b.id and a.category != "plate_read" != b.category]
    pairs = [(a, b) for a, b in pairs if (a.city, a.simulated) == (b.city, b.simulated)]
    if not pairs:
        return
    a, b = data.draw(st.sampled_from(pairs))
    same = grouped(seen, [together(a, b)]).incident_of()
    not_same = grouped(seen, [apart(a, b)]).incident_of()
    assert same[a.id] == same[b.id]
    assert not_same[a.id] != not_same[b.id]


def test_a_reporter_who_names_an_incident_belongs_to_it_but_does_not_move_it() -> None:
    fire = word("fire", "fire", accuracy_m=25)
    named = word(
        "named", "fire", minutes=5, east_m=3_000, accuracy_m=6, kind=SourceKind.INSPECTOR,
        attributes={"incident_id": incident_id_of(fire.id)},
    )  # fmt: skip
    (found,) = grouped([fire, named]).incidents
    (before,) = grouped([fire]).incidents
    assert found.incident.position == before.incident.position


def test_what_a_person_put_together_from_afar_stays_where_it_was_and_what_it_was() -> None:
    fire = word("fire", "fire", accuracy_m=25)
    far = word("far", "fire", minutes=5, east_m=3_000, accuracy_m=6, kind=SourceKind.INSPECTOR)
    near = word("near", "fire", minutes=8, east_m=20)
    (found,) = grouped([fire, far, near], [together(fire, far)]).incidents
    (before,) = grouped([fire, near]).incidents
    assert found.incident.position == before.incident.position
    assert (found.incident.category, len(found.incident.observation_ids)) == ("fire", 3)


@pytest.mark.parametrize("line", [[], {"question": "no pair", "same": True}, {"must": ["one"]}, {"same": True}])
def test_a_line_that_is_no_answer_is_refused_by_its_place(line: object) -> None:
    with pytest.raises(BadInput, match="answers line 3"):
        read_decision(line, "answers line 3")
