"""Towns are values known by a list of the process."""

import copy
import pickle
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from telemetry.cities import City, CityFacts, UnknownTown, all_towns, first_town, known_towns, read_initial, use_towns

JONISKIS = CityFacts("Joniškis", "LT", 56.24, 23.61, ZoneInfo("Europe/Vilnius"), ("lt",))


class Wish(BaseModel):
    city: City


def test_a_town_that_is_not_listed_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownTown, match=r"“riga” is not listed; there are siauliai, dobele"):
        City("riga")


def test_a_request_that_names_an_unknown_town_is_told_which_there_are() -> None:
    with pytest.raises(ValidationError, match="there are siauliai, dobele"):
        Wish.model_validate({"city": "riga"})


def test_a_town_is_a_text_in_requests_and_answers() -> None:
    wish = Wish.model_validate({"city": "dobele"})
    assert wish.city == City("dobele")
    assert isinstance(wish.city, City)
    assert wish.model_dump_json() == '{"city":"dobele"}'


def test_a_town_is_known_once_it_is_listed_and_no_longer_than_that() -> None:
    use_towns({**read_initial(), "joniskis": JONISKIS})
    town = City("joniskis")
    assert town.facts == JONISKIS
    assert known_towns()[-1] == town
    assert town in all_towns()
    assert first_town(frozenset({town})) == town
    use_towns(read_initial())
    with pytest.raises(UnknownTown):
        City("joniskis")


def test_a_copy_of_a_town_is_that_town() -> None:
    assert copy.deepcopy(City("dobele")) == City("dobele")
    back = pickle.loads(pickle.dumps(City("dobele")))  # noqa: S301 - of this test's own
    assert isinstance(back, City)


def test_a_town_that_goes_to_another_process_is_known_there() -> None:
    use_towns({**read_initial(), "joniskis": JONISKIS})
    sent = pickle.dumps(City("joniskis"))
    script = "import pickle, sys; town = pickle.load(sys.stdin.buffer); print(town, town.facts.zone)"
    done = subprocess.run([sys.executable, "-c", script], input=sent, capture_output=True, check=True)
    assert done.stdout.decode().split() == ["joniskis", "Europe/Vilnius"]
