"""Do enough pictures show each point of the area that is mapped? Asked only where there is one."""

from mission.checks.inputs import Inputs, MappedArea
from mission.checks.verdict import Level, Verdict
from mission.routes.image_count import ImageCount, count_images
from mission.routes.pictures import Pictures

CHECK = "images"
RULE = "overlap as photogrammetry needs it: every point on so many pictures"
SUBJECT = "images_per_point"
"""What an acknowledgement of too few pictures names."""


def check(inputs: Inputs) -> list[Verdict]:
    """One verdict for an area that is mapped: it asks where the number that the pilot wants is not reached, and warns
    where nobody has asked for one. Raises BadInput where the terrain is not known.
    """
    mapped = inputs.mapped
    if mapped is None:
        return []
    count = image_count_of(inputs, mapped)
    numbers = count.as_json(mapped.wanted)
    version = inputs.profile.terrain.version
    grid = f"looked at every {count.distance_m:.1f} m"
    several = " of all sorties together" if mapped.others else ""
    if count.least >= mapped.wanted:
        said = f"every point is on {count.least} pictures{several} or more, {mapped.wanted} are wanted; {grid}"
        return [Verdict(CHECK, Level.PASS, RULE, said, "", numbers, version)]
    lat, lon = count.worst_place
    said = (
        f"{_share(count.short_fraction(mapped.wanted))} of the area ({count.short_m2(mapped.wanted):,.0f} m²) is on "
        f"fewer than {mapped.wanted} pictures{several}; least is {count.least} at {lat:.5f}, {lon:.5f}; {grid}"
    )
    clears = f"plan it with {mapped.wanted} images per point (rows go on beyond the outline), or with more overlap"
    if mapped.asked:
        return [Verdict(CHECK, Level.ACKNOWLEDGE, RULE, said, clears, numbers, version, SUBJECT)]
    return [Verdict(CHECK, Level.WARN, RULE, said, clears, numbers, version)]


def image_count_of(inputs: Inputs, mapped: MappedArea) -> ImageCount:
    """The pictures that show each point of the area, those of the survey's other sorties counted in."""
    pictures = Pictures.joined([inputs.profile.pictures, *mapped.others])
    return count_images(mapped.area, pictures, mapped.camera, inputs.profile.terrain)


def _share(fraction: float) -> str:
    return "less than 0.1 %" if fraction < 0.001 else f"{100 * fraction:.1f} %"
