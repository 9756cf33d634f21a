"""Two days in two invented towns: what happens, in which order, and which of it lies close together on purpose."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from incidents.synthetic.devices import Equipment, equip
from incidents.synthetic.stories import StoryKind, StoryPart, story_kinds
from incidents.synthetic.telling import Spoken, Teller, ToldStory, routine
from telemetry.cities import City, known_towns

HOURS = 46.0
LARGER_TOWN_SHARE = 0.7
PAIR_LEAST_M = 40.0
PAIR_MOST_M = 150.0
PAIR_MOST_MINUTES = 30.0
BLOCK_M = 110.0
"""Streets run in a grid of this width; most things happen at a crossing or along a street."""
REPEATED_NEXT_NIGHT = ("party", "brawl", "bad_parking")


class TownKind(StrEnum):
    """How much happens."""

    CALM = "calm"
    CROWDED = "crowded"


PAIRS = {TownKind.CALM: 7, TownKind.CROWDED: 100}
ROUTINE = {TownKind.CALM: 180, TownKind.CROWDED: 800}
REPEATED = {TownKind.CALM: 1, TownKind.CROWDED: 7}
PAIRED = (
    ("brawl", "brawl"),
    ("crash", "crash"),
    ("collapse", "collapse"),
    ("house_fire", "house_fire"),
    ("brawl", "collapse"),
    ("crash", "brawl"),
    ("crash", "collapse"),
)


@dataclass
class InventedTown:
    """What was said and what is true."""

    spoken: list[Spoken] = field(default_factory=list)
    pairs: list[tuple[str, str, str]] = field(default_factory=list)
    """Two safety incidents that lie close together, and in words which."""


def generate_town(seed: int, kind: TownKind) -> InventedTown:
    """Two days of `kind`; the same for the same seed on every machine."""
    return _Director(seed, kind).play()


class _Director:
    """Puts stories into the towns."""

    def __init__(self, seed: int, kind: TownKind) -> None:
        self._rnd = random.Random(f"{kind.value} {seed}")
        self._kind = kind
        self._equipment: Equipment = equip(self._rnd)
        self._teller = Teller(self._rnd, self._equipment)
        self._kinds = {story.name: story for story in story_kinds()}
        self._town = InventedTown()
        self._paired: list[tuple[City, float, float]] = []
        self._number = 0

    def play(self) -> InventedTown:
        for story in self._kinds.values():
            for _ in range(story.count[self._kind.value]):
                self._anywhere(story)
        for name in REPEATED_NEXT_NIGHT:
            for _ in range(REPEATED[self._kind]):
                self._two_nights(self._kinds[name])
        for _ in range(PAIRS[self._kind]):
            self._pair()
        self._town.spoken += routine(self._rnd, self._equipment, ROUTINE[self._kind], HOURS)
        return self._town

    def _anywhere(self, story: StoryKind) -> None:
        city = self._city()
        east, north = self._place(city)
        if any(part.by == "site_camera" for part in story.parts):
            camera = self._rnd.choice(self._equipment.cameras[city])
            east = camera.east_m
            north = camera.north_m
        self._tell(story, city, east, north, self._rnd.uniform(0, HOURS - 2))

    def _two_nights(self, story: StoryKind) -> None:
        """The same corner again a day later: two incidents."""
        city = self._city()
        east, north = self._place(city)
        hour = self._rnd.uniform(15, 19)
        for day in (0, 1):
            self._tell(story, city, east, north, hour + 24 * day + self._rnd.uniform(-0.5, 0.5))

    def _pair(self) -> None:
        city = self._city()
        east, north = self._free_place(city)
        hour = self._rnd.uniform(0, HOURS - 2)
        names = self._rnd.choice(PAIRED)
        apart = self._rnd.uniform(PAIR_LEAST_M, PAIR_MOST_M)
        bearing = self._rnd.uniform(0, 2 * math.pi)
        later = self._rnd.uniform(0.5, PAIR_MOST_MINUTES) / 60
        first = self._tell(self._kinds[names[0]], city, east, north, hour)
        there = (east + apart * math.cos(bearing), north + apart * math.sin(bearing))
        second = self._tell(self._kinds[names[1]], city, *there, hour + later)
        self._town.pairs.append((first, second, f"{names[0]}/{names[1]}/{apart:.0f}m"))

    def _tell(self, story: StoryKind, city: City, east: float, north: float, hour: float) -> str:
        self._number += 1
        name = f"S{self._number:04}"
        speed = 0.0
        if story.moves_mps is not None:
            speed = self._rnd.uniform(*story.moves_mps)
        plate = None
        if story.category == "plate_hit" or (story.category == "wrong_way" and self._rnd.random() < 0.3):
            plate = f"plate {self._rnd.getrandbits(40):x}"
        told = ToldStory(name, story, city, east, north, hour * 3600, speed, self._rnd.uniform(0, 2 * math.pi), plate)
        for part, minutes in self._moments(story):
            self._town.spoken += self._teller.speak(told, part, minutes * 60)
        return name

    def _moments(self, story: StoryKind) -> Iterator[tuple[StoryPart, float]]:
        """The words of a story; somebody speaks in the first minute."""
        found: list[tuple[StoryPart, float]] = []
        for part in story.parts:
            if self._rnd.random() < part.chance:
                count = self._rnd.randint(*part.count)
                found += [(part, self._rnd.uniform(*part.minutes)) for _ in range(count)]
        earliest = min(minutes for _, minutes in found)
        for part, minutes in sorted(found, key=lambda one: one[1]):
            yield part, minutes - earliest

    def _city(self) -> City:
        towns = list(known_towns())
        if self._rnd.random() < LARGER_TOWN_SHARE:
            return towns[0]
        return towns[-1]

    def _place(self, city: City) -> tuple[float, float]:
        if self._rnd.random() < 0.25:
            camera = self._rnd.choice(self._equipment.cameras[city])
            return self._rnd.gauss(camera.east_m, 20), self._rnd.gauss(camera.north_m, 20)
        away = self._equipment.radius_m[city] * self._rnd.betavariate(1.3, 1.6)
        bearing = self._rnd.uniform(0, 2 * math.pi)
        east = away * math.cos(bearing)
        north = round(away * math.sin(bearing) / BLOCK_M) * BLOCK_M
        if self._rnd.random() < 0.5:
            east = round(east / BLOCK_M) * BLOCK_M
        return east, north

    def _free_place(self, city: City) -> tuple[float, float]:
        """A place away from the other pairs, where one is left."""
        gap = self._equipment.radius_m[city] / 7
        east, north = self._place(city)
        for _ in range(300):
            if all(town != city or math.hypot(e - east, n - north) > gap for town, e, n in self._paired):
                break
            east, north = self._place(city)
        self._paired.append((city, east, north))
        return east, north
