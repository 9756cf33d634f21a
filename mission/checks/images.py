"""Do enough pictures show each point of the area that is mapped? Asked only where there is one."""

from mission.checks.inputs import Inputs, MappedArea
from mission.checks.verdict import Level, Verdict
from mission.routes.image_count import ImageCount, count_images
from mission.routes.pictures import Pictures
from telemetry.messages import Message

CHECK = "images"
RULE = Message("checks.images.rule")
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
    if count.least >= mapped.wanted:
        said = Message("checks.images.enough", least=count.least, wanted=mapped.wanted, distance_m=count.distance_m)
        return [Verdict(CHECK, Level.PASS, RULE, _of_all(said, mapped), None, numbers, version)]
    lat, lon = count.worst_place
    said = Message(
        "checks.images.too_few",
        share=_share(count.short_fraction(mapped.wanted)),
        area_m2=count.short_m2(mapped.wanted),
        wanted=mapped.wanted,
        least=count.least,
        lat=f"{lat:.5f}",
        lon=f"{lon:.5f}",
        distance_m=count.distance_m,
    )
    said = _of_all(said, mapped)
    clears = Message("checks.images.clears", wanted=mapped.wanted)
    if mapped.asked:
        return [Verdict(CHECK, Level.ACKNOWLEDGE, RULE, said, clears, numbers, version, SUBJECT)]
    return [Verdict(CHECK, Level.WARN, RULE, said, clears, numbers, version)]


def image_count_of(inputs: Inputs, mapped: MappedArea) -> ImageCount:
    """The pictures that show each point of the area, those of the survey's other sorties counted in."""
    pictures = Pictures.joined([inputs.profile.pictures, *mapped.others])
    return count_images(mapped.area, pictures, mapped.camera, inputs.profile.terrain)


def _of_all(said: Message, mapped: MappedArea) -> Message:
    if not mapped.others:
        return said
    return Message("checks.images.together", said=said)


def _share(fraction: float) -> Message:
    if fraction < 0.001:
        return Message("checks.images.small_share")
    return Message("checks.images.share", percent=100 * fraction)
