"""What plans are called that nobody named: in the language of their town, since a name is the same for every reader."""

import re

from telemetry.cities import City
from telemetry.messages import Message

_SORTIE = re.compile(r"(?:, sortie (?P<old>\d+) of \d+| \((?P<number>\d+)/\d+\))$")
"""The end of a sortie's name; the first form is of plans that were kept when all of them were named in English."""
_CALLED_ALIKE = re.compile(r" \d+$")
"""What is put behind a name that another plan has."""


def name_of(pattern: str, zone: str, town: City) -> str:
    """The name of a plan of `pattern` over the zone that is called `zone`."""
    return Message("plans.unnamed", pattern=pattern, zone=zone).text(town.facts.language)


def name_of_rest(plan: str, town: City) -> str:
    """The name of what is left of the plan that is called `plan`."""
    return Message("plans.rest", plan=plan).text(town.facts.language)


def name_of_sortie(title: str, number: int, flights: int) -> str:
    """What sortie `number`, from 1, of a plan is called; a plan of one flight by its title alone."""
    if flights == 1:
        return title
    return f"{title} ({number:02}/{flights:02})"


def title_without_sortie(name: str) -> str:
    """The title of the plan that the sortie called `name` is one of; any other name as it is."""
    return _SORTIE.sub("", name)


def sortie_number(name: str) -> int | None:
    """Which sortie of its plan is called `name`, from 1; None for a plan that is none."""
    found = _SORTIE.search(name)
    if found is None:
        return None
    return int(found["old"] or found["number"])


def is_sortie(name: str) -> bool:
    """Whether the plan called `name` is a sortie, also one that is called like another."""
    return sortie_number(_CALLED_ALIKE.sub("", name)) is not None or sortie_number(name) is not None
