"""Inspections of the files that the settings name, anew at every look, so that a file put back is noticed."""

from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from mapserver.basemap import orthophoto_file, tile_file
from mapserver.basemap.streets import load_streets
from mapserver.core.settings import Settings
from mapserver.core.town_settings import TownSettings
from mapserver.faults.values import Amiss, Inspection, Sound
from mission.heights import LITHUANIA_AND_LATVIA, AboveSea, Band
from mission.terrain import TerrainFile
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput, Misconfigured
from telemetry.gazetteer import gazetteer_file
from telemetry.mavlink.keyring import Keyring
from telemetry.messages import Message, written

T = TypeVar("T")
LAYERS = frozenset({"earth", "water", "roads", "places"})
"""Of a map, without which it shows no town."""
ROWS_TOLD = 20
COUNTED_FILES = 16
"""Of streets, whose count is remembered."""
"""Of a gazetteer's that are left out."""


def file_inspections(settings: Settings, keyring: Keyring) -> Iterator[Inspection]:
    """One for each orthophoto, terrain, streets and key file, for the map and for the gazetteer."""
    yield Inspection("basemap", partial(_basemap, settings))
    for city, path in _by_town(settings.orthophotos):
        yield Inspection(f"orthophoto {city}", partial(_orthophoto, city, path), city)
    yield Inspection("gazetteer", partial(_gazetteer, settings.gazetteer))
    for city, path in _by_town(settings.terrains):
        yield Inspection(f"terrain {city}", partial(_terrain, city, path), city)
    for city, town in _by_town(settings.towns):
        if town.streets_file is not None:
            yield Inspection(f"streets {city}", partial(_streets, city, town.streets_file), city)
    for unit_id in keyring.units:
        yield Inspection(f"key {unit_id}", partial(_key, keyring, unit_id))


def ground_inspections(settings: Settings) -> Iterator[Inspection]:
    """One for each town that has no terrain file: whether anybody has told where its ground lies."""
    for city in known_towns():
        if city not in settings.terrains:
            ground = settings.towns.get(city, TownSettings()).terrain.ground
            yield Inspection(f"ground {city}", partial(_ground, city, ground), city)


def _by_town(settings: Mapping[str, T]) -> Iterator[tuple[City, T]]:
    for town, said in settings.items():
        yield City(town), said


def _ground(city: City, ground: Band[AboveSea] | None) -> Sound:
    if ground is not None:
        return Sound(Message("faults.ground_told", heights=ground.words))
    return Sound(
        Message("faults.ground_untold", town=city, heights=LITHUANIA_AND_LATVIA.words),
        doubt=True,
    )


def _terrain(city: City, path: Path) -> Sound | Amiss:
    try:
        return Sound(written(TerrainFile(path).version))
    except BadInput as error:
        what = Message("faults.terrain_unread", town=city.facts.name)
        return Amiss(what, Message("faults.terrain_remedy", path=path, town=city, reason=error.told))


def _basemap(settings: Settings) -> Sound | Amiss:
    path = settings.basemap
    if path is None:
        said = Message("faults.demo_streets") if settings.demo else Message("faults.no_map")
        return Sound(said, doubt=not settings.demo)
    try:
        facts = tile_file(path).facts
    except BadInput as error:
        what = Message("faults.map_unread")
        return Amiss(what, Message("faults.map_remedy", path=path, reason=error.told))
    for city in known_towns():
        if not facts.reaches(city.facts.lat, city.facts.lon):
            return Amiss(
                Message("faults.map_too_small", file=path.name, town=city.facts.name), Message("faults.map_of_both")
            )
    if missing := LAYERS - facts.layers:
        named = ", ".join(sorted(missing))
        return Amiss(Message("faults.map_layers", file=path.name, layers=named), Message("faults.map_layers_remedy"))
    return Sound(_map_sound(path, facts.min_zoom, facts.max_zoom, facts.attribution))


def _orthophoto(city: City, path: Path) -> Sound | Amiss:
    try:
        facts = orthophoto_file(path).facts
    except BadInput as error:
        what = Message("faults.orthophoto_unread", town=city.facts.name)
        return Amiss(what, Message("faults.orthophoto_remedy", path=path, town=city, reason=error.told))
    if not facts.reaches(city.facts.lat, city.facts.lon):
        return Amiss(
            Message("faults.orthophoto_too_small", file=path.name, town=city.facts.name),
            Message("faults.orthophoto_of_town", town=city),
        )
    return Sound(_map_sound(path, facts.min_zoom, facts.max_zoom, facts.attribution))


def _gazetteer(path: Path | None) -> Sound | Amiss:
    if path is None:
        return Sound(Message("faults.no_gazetteer"), doubt=True)
    try:
        read = gazetteer_file(path)
    except BadInput as error:
        what = Message("faults.gazetteer_unread")
        return Amiss(what, Message("faults.gazetteer_remedy", path=path, reason=error.told))
    if read.refused:
        told = [row.told for row in read.refused[:ROWS_TOLD]]
        left = len(read.refused) - ROWS_TOLD
        more: Message | str = ""
        if left > 0:
            more = Message("faults.more_lines", count=left)
        return Amiss(
            Message("faults.gazetteer_lines", lines=len(read.refused), file=path.name),
            Message("faults.gazetteer_lines_remedy", lines=told, more=more),
        )
    return Sound(Message("faults.places_known", places=len(read.gazetteer.places), file=path.name))


def _streets(city: City, path: Path) -> Sound | Amiss:
    try:
        changed_ns = path.stat().st_mtime_ns if path.exists() else None
        return Sound(Message("faults.streets_known", streets=_count_streets(path, changed_ns), file=path.name))
    except BadInput as error:
        what = Message("faults.streets_unread", town=city.facts.name)
        return Amiss(what, Message("faults.streets_remedy", path=path, town=city, reason=error.told))


def _key(keyring: Keyring, unit_id: str) -> Sound | Amiss:
    try:
        keyring.key_of(unit_id)
    except Misconfigured as error:
        what = Message("faults.signing_key_unread", unit=unit_id)
        return Amiss(what, Message("faults.signing_key_remedy", reason=error.told, unit=unit_id))
    return Sound(Message("faults.signing_key_sound"))


@lru_cache(maxsize=COUNTED_FILES)
def _count_streets(path: Path, _changed_ns: int | None) -> int:
    """Read once for each state of the file, which may be large. Raises BadInput."""
    return len(load_streets(path)["features"])


def _map_sound(path: Path, least: int, most: int, attribution: str | None) -> Message:
    whose = attribution or Message("faults.source_untold")
    return Message("faults.map_sound", file=path.name, least=least, most=most, attribution=whose)
