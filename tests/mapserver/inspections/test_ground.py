"""A town without terrain is asked where its ground lies."""

import pytest
from pydantic import ValidationError

from mapserver.core.settings import Settings
from mapserver.core.town_settings import TerrainSettings, TownSettings
from mapserver.faults.values import Sound
from mapserver.inspections.files import ground_inspections
from telemetry.cities import City


def told(settings: Settings) -> dict[str, Sound]:
    found = {inspection.part: inspection.look() for inspection in ground_inspections(settings)}
    return {part: one for part, one in found.items() if isinstance(one, Sound)}


def test_a_town_that_has_told_neither_terrain_nor_ground_is_asked_for_it() -> None:
    asked = told(Settings())["ground dobele"]
    assert asked.doubt
    assert "set towns.dobele.terrain.ground_m = [LOWEST, HIGHEST]" in str(asked.words)


def test_the_ground_that_a_town_has_told_is_repeated() -> None:
    town = TownSettings(terrain=TerrainSettings(ground_m=(60, 85)))
    found = told(Settings(towns={City("dobele"): town}))["ground dobele"]
    assert (str(found.words), found.doubt) == ("between 60 and 85 m above the sea, without a terrain file", False)


def test_the_highest_ground_first_is_refused() -> None:
    with pytest.raises(ValidationError, match="write \\[LOWEST, HIGHEST\\]"):
        TerrainSettings(ground_m=(85, 60))
