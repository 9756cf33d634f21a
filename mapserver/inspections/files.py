"""Inspections of the files that the settings name, anew at every look, so that a file put back is noticed."""

from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

from mapserver.basemap import orthophoto_file, tile_file
from mapserver.basemap.streets import load_streets
from mapserver.core.settings import Settings
from mapserver.core.town_settings import TownSettings
from mapserver.faults.values import Amiss, Inspection, Sound
from mission.heights import LITHUANIA_AND_LATVIA, AboveSea, Band
from mission.terrain import TerrainFile
from telemetry.cities import City
from telemetry.errors import BadInput, Misconfigured
from telemetry.gazetteer import gazetteer_file
from telemetry.mavlink.keyring import Keyring

LAYERS = frozenset({"earth", "water", "roads", "places"})
"""Of a map, without which it shows no town."""
ROWS_TOLD = 20
"""Of a gazetteer's that are left out."""


def file_inspections(settings: Settings, keyring: Keyring) -> Iterator[Inspection]:
    """One for each orthophoto, terrain, streets and key file, for the map and for the gazetteer."""
    yield Inspection("basemap", partial(_basemap, settings))
    for city, path in settings.orthophotos.items():
        yield Inspection(f"orthophoto {city}", partial(_orthophoto, city, path), city)
    yield Inspection("gazetteer", partial(_gazetteer, settings.gazetteer))
    for city, path in settings.terrains.items():
        yield Inspection(f"terrain {city}", partial(_terrain, city, path), city)
    for city, town in settings.towns.items():
        if town.streets_file is not None:
            yield Inspection(f"streets {city}", partial(_streets, city, town.streets_file), city)
    for unit_id in keyring.units:
        yield Inspection(f"key {unit_id}", partial(_key, keyring, unit_id))


def ground_inspections(settings: Settings) -> Iterator[Inspection]:
    """One for each town that has no terrain file: whether anybody has told where its ground lies."""
    for city in City:
        if city not in settings.terrains:
            ground = settings.towns.get(city, TownSettings()).terrain.ground
            yield Inspection(f"ground {city}", partial(_ground, city, ground), city)


def _ground(city: City, ground: Band[AboveSea] | None) -> Sound:
    if ground is not None:
        return Sound(f"{ground.words} above the sea, without a terrain file")
    return Sound(
        f"not told: set towns.{city}.terrain.ground_m = [LOWEST, HIGHEST] in metres above the sea, or terrains.{city} "
        f"to a GeoTIFF; until then {LITHUANIA_AND_LATVIA.words} is reckoned with, and zones with limits above the sea "
        "count as met",
        doubt=True,
    )


def _terrain(city: City, path: Path) -> Sound | Amiss:
    try:
        return Sound(TerrainFile(path).version)
    except BadInput as error:
        what = f"the terrain of {city.facts.name} cannot be read, so no flight there can be checked or flown"
        return Amiss(what, f"put back {path}, or correct terrains.{city} in the settings ({error.message})")


def _basemap(settings: Settings) -> Sound | Amiss:
    path = settings.basemap
    if path is None:
        said = "invented streets, for the demo" if settings.demo else "none set: pages show a grid of coordinates"
        return Sound(said, doubt=not settings.demo)
    try:
        facts = tile_file(path).facts
    except BadInput as error:
        what = "the map of the towns cannot be read; pages show a grid of coordinates"
        return Amiss(what, f"put back {path}, or correct basemap in the settings ({error.message})")
    for city in City:
        if not facts.reaches(city.facts.lat, city.facts.lon):
            return Amiss(
                f"the map in {path.name} does not reach {city.facts.name}", "set a map of both towns (basemap)"
            )
    if missing := LAYERS - facts.layers:
        named = ", ".join(sorted(missing))
        return Amiss(
            f"the map in {path.name} has no layers {named}", "make it in the layers of Protomaps' basemaps (version 4)"
        )
    return Sound(f"{path.name}, zoom {facts.min_zoom} to {facts.max_zoom}, {facts.attribution}")


def _orthophoto(city: City, path: Path) -> Sound | Amiss:
    try:
        facts = orthophoto_file(path).facts
    except BadInput as error:
        what = f"the orthophoto of {city.facts.name} cannot be read; its maps have none"
        return Amiss(what, f"put back {path}, or correct orthophotos.{city} in the settings ({error.message})")
    if not facts.reaches(city.facts.lat, city.facts.lon):
        return Amiss(
            f"the orthophoto in {path.name} does not reach {city.facts.name}",
            f"set one of the town (orthophotos.{city})",
        )
    return Sound(f"{path.name}, zoom {facts.min_zoom} to {facts.max_zoom}, {facts.attribution or 'whose, not told'}")


def _gazetteer(path: Path | None) -> Sound | Amiss:
    if path is None:
        return Sound("none set: no place is found by its name", doubt=True)
    try:
        read = gazetteer_file(path)
    except BadInput as error:
        what = "the gazetteer cannot be read, so no place is found by its name"
        return Amiss(what, f"put back {path}, or correct gazetteer in the settings ({error.message})")
    if read.refused:
        told = "; ".join(f"line {row.line}, {row.reason}" for row in read.refused[:ROWS_TOLD])
        more = f"; and {len(read.refused) - ROWS_TOLD} more" if len(read.refused) > ROWS_TOLD else ""
        return Amiss(f"{len(read.refused)} of the lines of {path.name} cannot be used", f"correct them: {told}{more}")
    return Sound(f"{len(read.gazetteer.places)} places in {path.name}")


def _streets(city: City, path: Path) -> Sound | Amiss:
    try:
        changed_ns = path.stat().st_mtime_ns if path.exists() else None
        return Sound(f"{_count_streets(path, changed_ns)} streets and waters in {path.name}")
    except BadInput as error:
        what = f"the streets of {city.facts.name} cannot be read; printed briefings have none"
        return Amiss(what, f"put back {path}, or correct towns.{city}.streets_file in the settings ({error.message})")


def _key(keyring: Keyring, unit_id: str) -> Sound | Amiss:
    try:
        keyring.key_of(unit_id)
    except Misconfigured as error:
        what = f"the signing key of {unit_id} cannot be read; the drone is not flown until it can"
        return Amiss(what, f"{error.message}; or correct signing_keys.{unit_id} in the settings")
    return Sound("32 bytes, read by nobody else")


@lru_cache(maxsize=len(City))
def _count_streets(path: Path, _changed_ns: int | None) -> int:
    """Read once for each state of the file, which may be large. Raises BadInput."""
    return len(load_streets(path)["features"])
