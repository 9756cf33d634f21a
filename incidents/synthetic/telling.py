"""How somebody tells of a story: where they say it is, what they call it, when it comes in."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from incidents.synthetic.devices import Equipment, TownDevice
from incidents.synthetic.stories import StoryKind, StoryPart, Weights
from telemetry.cities import City, known_towns

ADDRESS_SHARE = 0.5
"""Of callers who name an address; the others name a street or a landmark, or guess."""
STREET_SHARE = 0.38
PINS_M = (20.0, 60.0, 170.0)
"""One sigma of an address, of a street, of a guess."""
STATED_PINS_M = (25.0, 75.0, 110.0)
"""What the form writes for them."""
SEES_M = 110.0
"""So far from the middle of its view a camera's event may be."""
APP_DELAYS_S = (15.0, 90.0, 1_200.0, 9_000.0)


@dataclass(frozen=True)
class ToldStory:
    """One story at its place. Metres from the middle of the town, seconds from the beginning of the two days."""

    name: str
    story: StoryKind
    city: City
    east_m: float
    north_m: float
    begins_s: float
    speed_mps: float
    heading_rad: float
    """Counter-clockwise from east."""
    plate: str | None

    def at(self, after_s: float) -> tuple[float, float]:
        """Where it is."""
        way = self.speed_mps * after_s
        return self.east_m + way * math.cos(self.heading_rad), self.north_m + way * math.sin(self.heading_rad)


@dataclass(frozen=True)
class Spoken:
    """One word: an observation before it has an id, with its truth."""

    incident: str | None
    kind: str
    safety: bool
    city: City
    source_kind: str
    source_id: str
    category: str
    at_s: float
    arrives_s: float
    east_m: float
    north_m: float
    accuracy_m: float
    lasts_s: float = 0.0
    summary: str = ""
    attributes: tuple[tuple[str, Any], ...] = ()


class Teller:
    """Makes the words of stories."""

    def __init__(self, rnd: random.Random, equipment: Equipment) -> None:
        self._rnd = rnd
        self._equipment = equipment

    def speak(self, told: ToldStory, part: StoryPart, after_s: float) -> Iterable[Spoken]:
        """What `part` says, `after_s` seconds after the story began: a word, or none where no camera looks."""
        match part.by:
            case "caller":
                yield self._caller(told, part, after_s)
            case "app":
                yield self._app(told, part, after_s)
            case "camera":
                camera = self._nearest_camera(told, after_s)
                if camera is not None:
                    yield self._camera(told, camera, after_s)
            case "roadside":
                yield self._camera(told, self._rnd.choice(self._equipment.cameras[told.city]), after_s, own=True)
            case "site_camera":
                camera = self._nearest_camera(told, 0)
                if camera is not None:
                    yield self._camera(told, camera, after_s, own=True)
            case "gate":
                yield self._gate(told, after_s)
            case _:
                yield self._patrol(told, part, after_s)

    def _caller(self, told: ToldStory, part: StoryPart, after_s: float) -> Spoken:
        chance = self._rnd.random()
        pin = 2
        if chance < ADDRESS_SHARE:
            pin = 0
        elif chance < ADDRESS_SHARE + STREET_SHARE:
            pin = 1
        accuracy = STATED_PINS_M[pin]
        if part.away_m > 150:
            accuracy = max(accuracy, part.away_m * 0.7)
        sigma = math.hypot(PINS_M[pin], part.away_m)
        who = f"tel-{self._rnd.randrange(10**7):07}"
        summary = self._rnd.choice(told.story.said)
        delay = self._rnd.uniform(25, 200)
        called = self._called(told.story.callers)
        return self._word(told, "report", who, called, after_s, sigma, accuracy, delay, summary)

    def _app(self, told: ToldStory, part: StoryPart, after_s: float) -> Spoken:
        who = f"phone-{self._rnd.randrange(10**7):07}"
        sigma = math.hypot(12.0, part.away_m)
        summary = self._rnd.choice(told.story.said)
        delay = self._rnd.choice(APP_DELAYS_S)
        called = self._called(told.story.callers)
        return self._word(told, "report", who, called, after_s, sigma, 14.0, delay, summary)

    def _patrol(self, told: ToldStory, part: StoryPart, after_s: float) -> Spoken:
        called = self._called(told.story.patrols)
        match part.by:
            case "body":
                who = f"body-{self._rnd.randint(1, 5)}"
                shift_ends = self._rnd.uniform(3_600, 32_000)
                return self._word(told, "body_camera", who, called, after_s, 9.0, 9.0, shift_ends, lasts_s=120)
            case "drone":
                sigma = math.hypot(11.0, part.away_m)
                return self._word(told, "drone", "drone-1", called, after_s, sigma, 11.0, 3, lasts_s=20)
            case "tower":
                sigma = math.hypot(13.0, part.away_m)
                return self._word(told, "tower", "tower-1", called, after_s, sigma, 13.0, 3, lasts_s=60)
            case _:
                who = f"inspector.{told.city}.{self._rnd.randint(1, 4)}"
                sigma = math.hypot(7.0, part.away_m)
                return self._word(told, "inspector", who, called, after_s, sigma, 8.0, self._rnd.uniform(5, 90))

    def _camera(self, told: ToldStory, camera: TownDevice, after_s: float, *, own: bool | None = None) -> Spoken:
        """Our own analysis places a thing on the ground; a maker's event lies in the middle of the view."""
        called = self._called(told.story.cameras)
        if own is None:
            own = self._rnd.random() < 0.5
        if own:
            return self._word(told, "fixed_camera", camera.id, called, after_s, 7.0, 7.0, 2, lasts_s=15)
        there = (camera.east_m, camera.north_m)
        return self._word(
            told, "fixed_camera", camera.id, called, after_s, 0.0, camera.view_m, 2, lasts_s=15, there=there
        )

    def _gate(self, told: ToldStory, after_s: float) -> Spoken:
        """The gates in their order: the plate comes to one a quarter of an hour after the other."""
        gates = self._equipment.gates[told.city]
        first = int(told.heading_rad * 10) % len(gates)
        gate = gates[(first + int(after_s // 900)) % len(gates)]
        there = (gate.east_m, gate.north_m)
        return self._word(told, "plate_reader", gate.id, "plate_hit", after_s, 4.0, 10.0, 2, there=there)

    def _nearest_camera(self, told: ToldStory, after_s: float) -> TownDevice | None:
        east, north = told.at(after_s)
        cameras = self._equipment.cameras[told.city]
        nearest = min(cameras, key=lambda one: math.hypot(one.east_m - east, one.north_m - north))
        if math.hypot(nearest.east_m - east, nearest.north_m - north) > SEES_M:
            return None
        return nearest

    def _called(self, weights: Weights) -> str:
        return self._rnd.choices(list(weights), list(weights.values()))[0]

    def _word(
        self,
        told: ToldStory,
        source_kind: str,
        source_id: str,
        category: str,
        after_s: float,
        sigma: float,
        accuracy_m: float,
        delay_s: float,
        summary: str = "",
        *,
        lasts_s: float = 0.0,
        there: tuple[float, float] | None = None,
    ) -> Spoken:
        east, north = told.at(after_s) if there is None else there
        wide = 0.0
        if there is None:
            wide = told.story.wide_m
        attributes: list[tuple[str, Any]] = []
        if told.plate is not None and source_kind != "report":
            attributes.append(("identity", told.plate))
        if told.speed_mps > 5 and source_kind == "fixed_camera":
            attributes.append(("speed_mps", round(told.speed_mps, 1)))
            attributes.append(("heading_deg", round(90 - math.degrees(told.heading_rad)) % 360))
        happened = told.begins_s + after_s
        error = math.hypot(sigma, wide)
        return Spoken(
            incident=told.name,
            kind=told.story.category,
            safety=told.story.safety,
            city=told.city,
            source_kind=source_kind,
            source_id=source_id,
            category=category,
            at_s=happened + self._equipment.ahead_s.get(source_id, 0.0),
            arrives_s=happened + delay_s,
            east_m=self._rnd.gauss(east, error),
            north_m=self._rnd.gauss(north, error),
            accuracy_m=accuracy_m,
            lasts_s=lasts_s,
            summary=summary,
            attributes=tuple(attributes),
        )


def routine(rnd: random.Random, equipment: Equipment, count: int, hours: float) -> Iterable[Spoken]:
    """Passing sights that belong to no incident."""
    for _ in range(count):
        city = rnd.choice(list(known_towns()))
        happened = rnd.uniform(0, hours * 3600)
        if rnd.random() < 0.6:
            device = rnd.choice(equipment.gates[city])
            kind = "plate_reader"
            category = "plate_read"
            attributes: tuple[tuple[str, Any], ...] = (("identity", f"plate {rnd.getrandbits(40):x}"),)
        else:
            device = rnd.choice(equipment.cameras[city])
            kind = "fixed_camera"
            category = rnd.choice(["vehicle_seen", "person_seen"])
            attributes = ()
        yield Spoken(
            incident=None,
            kind="routine",
            safety=False,
            city=city,
            source_kind=kind,
            source_id=device.id,
            category=category,
            at_s=happened + equipment.ahead_s[device.id],
            arrives_s=happened + 2,
            east_m=device.east_m,
            north_m=device.north_m,
            accuracy_m=device.view_m,
            attributes=attributes,
        )
