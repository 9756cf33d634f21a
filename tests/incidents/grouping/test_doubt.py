"""What is not sure stands apart; it is asked about where an answer says something."""

from telemetry.observations import Observation, SourceKind
from tests.incidents.grouping.builders import grouped, refs, word


def patrol(ref: str, *, east_m: float, minutes: float = 6) -> Observation:
    """The word of somebody who is there."""
    return word(ref, "fight", kind=SourceKind.INSPECTOR, accuracy_m=8, east_m=east_m, minutes=minutes)


def fight(name: str, *, east_m: float) -> list[Observation]:
    """Two callers who name the address, and a patrol."""
    callers = [word(f"{name}{n}", "fight", minutes=n, east_m=east_m + 3 * n, accuracy_m=25) for n in range(2)]
    return [*callers, patrol(f"{name} patrol", east_m=east_m)]


FIRST = fight("a", east_m=0)
SECOND = fight("b", east_m=140)


def test_patrols_at_two_places_are_at_two_fights_and_nobody_is_asked() -> None:
    result = grouped(FIRST + SECOND)
    assert refs(result, FIRST + SECOND) == [{"a0", "a1", "a patrol"}, {"b0", "b1", "b patrol"}]
    assert result.questions == ()


def test_a_word_that_fits_two_fights_as_well_is_of_neither_and_nobody_is_asked() -> None:
    seen = [*FIRST, *SECOND, word("between", "fight", minutes=2, east_m=70)]
    result = grouped(seen)
    assert {"between"} in refs(result, seen)
    assert result.questions == ()


def test_a_word_that_fits_one_of_two_fights_better_is_asked_about_once() -> None:
    seen = [*FIRST, *SECOND, word("nearer", "fight", minutes=2, east_m=30)]
    result = grouped(seen)
    (asked,) = result.questions
    incident_of = result.incident_of()
    assert {"nearer"} in refs(result, seen)
    assert {asked.a, asked.b} == {incident_of[FIRST[0].id], incident_of[seen[-1].id]}


def test_a_word_that_fits_one_of_two_fights_far_better_is_of_it() -> None:
    seen = [*FIRST, *SECOND, word("near", "fight", minutes=2, east_m=-10, accuracy_m=25)]
    result = grouped(seen)
    assert {"a0", "a1", "a patrol", "near"} in refs(result, seen)
    assert result.questions == ()


def test_a_vague_word_is_no_rival_where_nobody_has_seen_a_second_fight() -> None:
    seen = [*FIRST, word("vague", "fight", minutes=2, east_m=70)]
    assert len(grouped(seen).incidents) == 1
