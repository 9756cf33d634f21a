"""The published areas of the coverage benchmark: hand-made ones by name, and seeded ones of several families.

Everything here is invented, in metres east and north; nothing of it is a real place. Each area has a group, a name,
the spacing of its lines, and rings (shell first).
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import Polygon
from shapely.affinity import rotate, scale, translate
from shapely.geometry.base import BaseGeometry

Ring = list[tuple[float, float]]
CONVEX, CONCAVE, HOLES, BLOCKS = "convex", "concave", "with holes", "city blocks"


@dataclass(frozen=True)
class Area:
    """One area to cover."""

    group: str
    name: str
    spacing: float
    """Metres between lines."""
    shape: Polygon
    """In metres."""

    @property
    def convex(self) -> bool:
        """Whether a line cuts it in one piece at most."""
        return not self.shape.interiors and bool(self.shape.area > self.shape.convex_hull.area * (1 - 1e-9))


def published() -> list[Area]:
    """All areas, always the same ones."""
    return [*_named(), *_seeded(1)]


def held_back() -> list[Area]:
    """Areas of the same seeded families that nothing is adjusted by, always the same ones."""
    return [*_seeded(2001)]


def _named() -> Iterator[Area]:
    rect = shapely.box(0, 0, 600, 150)
    yield Area(CONVEX, "rectangle 600x150 turned 30", 25, rotate(rect, 30))
    yield Area(CONVEX, "square 400", 25, shapely.box(0, 0, 400, 400))
    yield Area(CONVEX, "strip 900x60 turned 77", 20, rotate(shapely.box(0, 0, 900, 60), 77))
    yield Area(CONVEX, "right triangle 500x300", 25, Polygon([(0, 0), (500, 0), (0, 300)]))
    yield Area(CONVEX, "equilateral triangle", 30, Polygon([(0, 0), (450, 0), (225, 390)]))
    yield Area(CONVEX, "hexagon", 25, regular(6, 220))
    yield Area(CONVEX, "circle of 48 corners", 25, regular(48, 210))
    yield Area(CONVEX, "ellipse of 200 corners", 25, rotate(scale(regular(200, 100), 4.5, 1.8), 21))
    yield Area(CONVEX, "trapezium", 20, Polygon([(0, 0), (420, 30), (330, 250), (80, 220)]))
    yield Area(CONVEX, "parallelogram", 25, rotate(Polygon([(0, 0), (400, 0), (560, 220), (160, 220)]), 12))
    yield Area(CONVEX, "kite", 15, Polygon([(0, 0), (140, -90), (420, 0), (140, 90)]))
    yield Area(CONVEX, "thin wedge", 20, rotate(Polygon([(0, 0), (700, -45), (700, 45)]), 50))
    yield Area(CONVEX, "small yard 30x20", 25, shapely.box(0, 0, 30, 20))
    yield Area(CONVEX, "field of 1.6 km2", 40, rotate(Polygon([(0, 0), (1500, 80), (1620, 1010), (90, 1100)]), 33))
    yield Area(CONCAVE, "L 400/150", 25, _union(shapely.box(0, 0, 400, 150), shapely.box(0, 0, 150, 400)))
    yield Area(
        CONCAVE,
        "U 400",
        25,
        Polygon([(0, 0), (400, 0), (400, 400), (270, 400), (270, 130), (130, 130), (130, 400), (0, 400)]),
    )
    yield Area(CONCAVE, "comb 500x300", 20, comb([(60, 140), (180, 260), (300, 380), (420, 500)], 500, 80, 300))
    yield Area(CONCAVE, "T", 20, _union(shapely.box(0, 250, 400, 350), shapely.box(150, 0, 250, 260)))
    yield Area(CONCAVE, "E", 20, rotate(comb([(0, 70), (165, 235), (330, 400)], 400, 70, 280), 90))
    yield Area(
        CONCAVE,
        "H turned 25",
        25,
        rotate(_union(shapely.box(0, 0, 110, 400), shapely.box(290, 0, 400, 400), shapely.box(100, 150, 300, 260)), 25),
    )
    yield Area(CONCAVE, "plus", 20, _union(shapely.box(120, 0, 240, 360), shapely.box(0, 120, 360, 240)))
    yield Area(
        CONCAVE,
        "Z",
        25,
        Polygon([(0, 0), (260, 0), (260, 200), (420, 200), (420, 330), (130, 330), (130, 130), (0, 130)]),
    )
    yield Area(CONCAVE, "crescent", 20, _one(regular(64, 240).difference(translate(regular(64, 200), 130, 20))))
    yield Area(CONCAVE, "spiral", 20, _spiral())
    yield Area(CONCAVE, "star of five", 20, star(5, 300, 130))
    yield Area(CONCAVE, "star of eight", 25, star(8, 320, 190))
    yield Area(CONCAVE, "star of twelve", 25, rotate(star(12, 300, 220), 7))
    yield Area(
        CONCAVE, "arrow", 20, Polygon([(0, 100), (260, 100), (260, 0), (460, 170), (260, 340), (260, 240), (0, 240)])
    )
    yield Area(CONCAVE, "chevron", 25, Polygon([(0, 0), (250, 160), (500, 0), (500, 150), (250, 310), (0, 150)]))
    yield Area(CONCAVE, "hourglass", 20, Polygon([(0, 0), (300, 0), (190, 200), (300, 400), (0, 400), (110, 200)]))
    yield Area(
        CONCAVE,
        "saw",
        20,
        Polygon(
            [
                (0, 0),
                (480, 0),
                *[(x, y) for k in range(6, 0, -1) for x, y in ((80 * k, 120.0), (80 * k - 40, 240.0))],
                (0, 120),
            ]
        ),
    )
    yield Area(
        CONCAVE,
        "dog-leg corridor",
        15,
        shapely.LineString([(0, 0), (300, 40), (420, 260), (700, 300)]).buffer(
            35, join_style="mitre", cap_style="flat"
        ),
    )
    yield Area(HOLES, "square with hole", 25, less(shapely.box(0, 0, 400, 400), shapely.box(140, 140, 260, 260)))
    yield Area(HOLES, "square with small hole", 25, less(shapely.box(0, 0, 350, 350), shapely.box(160, 170, 195, 200)))
    yield Area(
        HOLES,
        "four holes",
        25,
        less(shapely.box(0, 0, 500, 400), *[shapely.box(x, y, x + 80, y + 70) for x in (90, 330) for y in (70, 260)]),
    )
    yield Area(
        HOLES,
        "nine small holes",
        20,
        less(
            shapely.box(0, 0, 420, 420),
            *[shapely.box(x, y, x + 32, y + 32) for x in (60, 190, 320) for y in (60, 190, 320)],
        ),
    )
    yield Area(HOLES, "hole near the edge", 25, less(shapely.box(0, 0, 400, 300), shapely.box(150, 8, 260, 110)))
    yield Area(HOLES, "disc with pond", 20, less(regular(60, 200), translate(regular(30, 70), 40, -25)))
    yield Area(HOLES, "ring", 20, less(regular(72, 230), regular(40, 150)))
    yield Area(
        HOLES,
        "square with slanted hole",
        20,
        less(shapely.box(0, 0, 380, 380), rotate(shapely.box(130, 150, 260, 220), 40)),
    )
    yield Area(
        HOLES,
        "L with hole in the elbow",
        20,
        less(_union(shapely.box(0, 0, 420, 180), shapely.box(0, 0, 180, 420)), shapely.box(60, 60, 125, 120)),
    )
    yield Area(
        HOLES,
        "U with hole beside a notch",
        20,
        less(
            Polygon([(0, 0), (420, 0), (420, 360), (290, 360), (290, 170), (150, 170), (150, 360), (0, 360)]),
            shapely.box(190, 50, 260, 110),
        ),
    )
    yield Area(
        BLOCKS, "block with courtyard", 15, rotate(less(shapely.box(0, 0, 180, 120), shapely.box(50, 40, 130, 80)), 17)
    )
    yield Area(
        BLOCKS, "perimeter block", 12, rotate(less(shapely.box(0, 0, 220, 160), shapely.box(35, 35, 185, 125)), -8)
    )
    yield Area(
        BLOCKS,
        "two streets crossing",
        15,
        rotate(_union(shapely.box(0, 110, 400, 150), shapely.box(170, 0, 215, 330)), 11),
    )
    yield Area(
        BLOCKS,
        "street grid",
        15,
        rotate(
            less(
                shapely.box(0, 0, 330, 260),
                *[shapely.box(x, y, x + 70, y + 85) for x in (30, 130, 230) for y in (30, 145)],
            ),
            5,
        ),
    )


def _seeded(first: int) -> Iterator[Area]:
    """The areas of all families, numbered from `first`; the number is part of the seed."""
    families = (
        (CONVEX, "hull", 22, _hull), (CONCAVE, "blob", 12, _blob), (CONCAVE, "random comb", 6, _random_comb),
        (CONCAVE, "fields joined", 6, _joined), (HOLES, "hull with holes", 8, _holed_hull),
        (HOLES, "blob with holes", 4, _holed_blob), (BLOCKS, "block", 6, _block),
    )  # fmt: skip
    for group, name, count, make in families:
        for number in range(first, first + count):
            rnd = random.Random(f"{name} {number}")
            yield Area(group, f"{name} {number}", rnd.choice([15, 20, 25, 25, 30, 40]), make(rnd))


def regular(corners: int, radius: float) -> Polygon:
    """A regular polygon round the origin."""
    turn = 2 * math.pi / corners
    return Polygon([(radius * math.cos(k * turn), radius * math.sin(k * turn)) for k in range(corners)])


def star(spikes: int, far: float, near: float) -> Polygon:
    """A star round the origin, its spikes as far out, its inner corners as near."""
    turn = math.pi / spikes
    return Polygon([((far, near)[k % 2] * math.cos(k * turn), (far, near)[k % 2] * math.sin(k * turn))
                    for k in range(2 * spikes)])  # fmt: skip


def comb(teeth: list[tuple[float, float]], wide: float, back: float, high: float) -> Polygon:
    """A back as wide and thick as said, with teeth from one place to another along it, as high as said."""
    return _union(shapely.box(0, 0, wide, back), *[shapely.box(a, 0, b, high) for a, b in teeth])


def _spiral() -> Polygon:
    way = [(0, 0), (420, 0), (420, 400), (60, 400), (60, 130), (290, 130), (290, 270), (190, 270)]
    return shapely.LineString(way).buffer(32, join_style="mitre", cap_style="flat")


def _union(*parts: Polygon) -> Polygon:
    return _one(shapely.union_all(list(parts)).simplify(0.01))


def _one(shape: BaseGeometry) -> Polygon:
    """The largest polygon of a shape."""
    return max((part for part in shapely.get_parts(shape) if isinstance(part, Polygon)), key=lambda part: part.area)


def less(shell: Polygon, *holes: Polygon) -> Polygon:
    """A shell with holes."""
    return Polygon(shell.exterior.coords, [hole.exterior.coords for hole in holes])


def _hull(rnd: random.Random) -> Polygon:
    wide, high = rnd.uniform(120, 700), rnd.uniform(100, 500)
    points = [(rnd.uniform(0, wide), rnd.uniform(0, high)) for _ in range(rnd.randint(4, 14))]
    hull = _one(shapely.MultiPoint(points).convex_hull)
    return rotate(hull, rnd.uniform(0, 180)) if hull.area > 12_000 else _hull(rnd)


def _blob(rnd: random.Random) -> Polygon:
    count, size = rnd.randint(7, 40), rnd.uniform(140, 330)
    rough = rnd.uniform(0.1, 0.45)
    radii = [size * (1 + rnd.uniform(-rough, rough)) for _ in range(count)]
    turn = 2 * math.pi / count
    blob = Polygon([(r * math.cos(k * turn), r * math.sin(k * turn)) for k, r in enumerate(radii)])
    return rotate(scale(blob, rnd.uniform(0.7, 1.4), 1), rnd.uniform(0, 180))


def _random_comb(rnd: random.Random) -> Polygon:
    teeth, at = [], rnd.uniform(0, 40)
    for _ in range(rnd.randint(2, 6)):
        thick = rnd.uniform(45, 110)
        teeth.append((at, at + thick))
        at += thick + rnd.uniform(25, 90)
    whole = comb(teeth, teeth[-1][1], rnd.uniform(50, 120), rnd.uniform(180, 380))
    return rotate(whole, rnd.uniform(0, 180))


def _joined(rnd: random.Random) -> Polygon:
    """Two or three fields grown together, their edges uneven."""
    sizes = [(rnd.uniform(80, 165), rnd.uniform(50, 120)) for _ in range(rnd.randint(2, 3))]
    parts = [rotate(shapely.box(-w, -h, w, h), rnd.uniform(-25, 25)) for w, h in sizes]
    east, moved = 0.0, []
    for part in parts:
        moved.append(translate(part, east, rnd.uniform(-70, 70)))
        east += rnd.uniform(90, 150)
    whole = _union(*moved)
    points = list(shapely.segmentize(whole, 60).exterior.coords)[:-1]
    uneven = Polygon([(x + rnd.uniform(-3, 3), y + rnd.uniform(-3, 3)) for x, y in points])
    return rotate(uneven, rnd.uniform(0, 180))


def _with_holes(rnd: random.Random, shell: Polygon) -> Polygon:
    holes: list[Polygon] = []
    west, south, east, north = shell.bounds
    for _ in range(400):
        if len(holes) == 5:
            break
        size = rnd.uniform(12, 0.16 * math.sqrt(shell.area))
        hole = rotate(
            rnd.choice([shapely.box(-size, -size * 0.7, size, size * 0.7), regular(7, size)]), rnd.uniform(0, 90)
        )
        hole = translate(hole, rnd.uniform(west, east), rnd.uniform(south, north))
        if shell.buffer(-6).contains(hole) and all(hole.distance(other) > 12 for other in holes):
            holes.append(hole)
    return less(shell, *holes[: rnd.randint(1, 5)])


def _holed_hull(rnd: random.Random) -> Polygon:
    return _with_holes(rnd, _hull(rnd))


def _holed_blob(rnd: random.Random) -> Polygon:
    return _with_holes(rnd, _blob(rnd))


def _block(rnd: random.Random) -> Polygon:
    """A city block: a bent rectangle, bays cut from its sides, sometimes a courtyard."""
    wide, high = rnd.uniform(140, 300), rnd.uniform(110, 220)
    skew = rnd.uniform(-20, 20)
    block = Polygon([(0, 0), (wide, rnd.uniform(-10, 10)), (wide + skew, high), (skew, high + rnd.uniform(-10, 10))])
    for _ in range(rnd.randint(0, 2)):
        at, thick = rnd.uniform(0.15, 0.7) * wide, rnd.uniform(20, 60)
        block = _one(block.difference(shapely.box(at, high - rnd.uniform(25, 0.45 * high), at + thick, high + 50)))
    court = shapely.box(wide * 0.35, high * 0.2, wide * 0.65, high * 0.42)
    if rnd.random() < 0.6 and block.buffer(-6).contains(court):
        block = less(block, court)
    return rotate(block, rnd.uniform(0, 180))
