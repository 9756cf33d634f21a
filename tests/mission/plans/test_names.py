"""What plans are called that nobody named, and how a sortie is told from any other plan."""

import pytest

from mission.plans.names import (
    is_sortie,
    name_of,
    name_of_rest,
    name_of_sortie,
    sortie_number,
    title_without_sortie,
)
from telemetry.cities import City


@pytest.mark.parametrize(
    ("town", "name", "rest"),
    [
        ("dobele", "Tirgus – laukuma uzņemšana", "Tirgus, atlikusī daļa"),
        ("siauliai", "Tirgus – ploto fotografavimas", "Tirgus, likusi dalis"),
    ],
)
def test_a_plan_nobody_named_is_called_in_the_language_of_its_town(town: str, name: str, rest: str) -> None:
    assert name_of("survey", "Tirgus", City(town)) == name
    assert name_of_rest("Tirgus", City(town)) == rest


def test_a_sortie_is_called_by_its_plan_and_its_number() -> None:
    name = name_of_sortie("Tirgus", 3, 12)
    assert (name, sortie_number(name), title_without_sortie(name)) == ("Tirgus (03/12)", 3, "Tirgus")


def test_sorties_named_in_english_before_are_still_known() -> None:
    assert sortie_number("Survey of Yard, sortie 02 of 05") == 2
    assert title_without_sortie("Survey of Yard, sortie 02 of 05") == "Survey of Yard"


def test_a_plan_of_one_flight_is_no_sortie() -> None:
    assert (name_of_sortie("Tirgus", 1, 1), sortie_number("Tirgus"), is_sortie("Tirgus 2")) == ("Tirgus", None, False)


def test_a_sortie_called_like_another_is_one() -> None:
    assert is_sortie("Tirgus (01/02) 2")
    assert sortie_number("Tirgus (01/02) 2") is None
