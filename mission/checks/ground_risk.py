"""Who is below, should it come down? The ground risk buffer against the areas with people that are stated."""

from mission.checks.inputs import Inputs, PeopleArea, PeopleKind
from mission.checks.verdict import Level, Verdict
from mission.zones.geometry import to_metres
from telemetry.positions import LocalFrame

CHECK = "ground_risk"
RULE = "SORA 2.5, annex A: ground risk buffer by the 1:1 rule; UAS.OPEN.020 (1): no flight over assemblies"
WORDS = {
    PeopleKind.GATHERING: "the gathering",
    PeopleKind.BUILT_UP: "the built-up area",
    PeopleKind.ROAD: "the road",
}


def check(inputs: Inputs) -> list[Verdict]:
    """Gatherings within the buffer block, roads and built-up areas warn."""
    highest = max(0.0, float(inputs.samples.agl_m.max()))
    buffer = inputs.policy.contingency_m + highest + inputs.policy.contingency_height_m
    numbers = {"height_m": round(highest, 1), "buffer_m": round(buffer, 1)}
    if inputs.people is None:
        what = f"where people gather within {buffer:.0f} m of the path"
        return [inputs.not_known(CHECK, RULE, what, "look over the ground, and state gatherings, roads and houses")]
    below = [area for area in inputs.people if inputs.ground_risk.intersects(area.area)]
    if not below:
        said = f"no stated gathering, road or built-up area lies within up to {buffer:.0f} m of the path"
        return [Verdict(CHECK, Level.PASS, RULE, said, "", {**numbers, "areas_known": len(inputs.people)})]
    return [_verdict(inputs, area, numbers) for area in below]


def _verdict(inputs: Inputs, people: PeopleArea, numbers: dict[str, float]) -> Verdict:
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    covered = to_metres(people.area, frame).intersection(to_metres(inputs.ground_risk, frame)).area
    level = Level.BLOCK if people.kind is PeopleKind.GATHERING else Level.WARN
    said = (
        f"{WORDS[people.kind]} {people.name} lies below the flight or its ground risk buffer ({covered:,.0f} m² of it)"
    )
    clears = (
        "fly lower or farther away, or when nobody is there" if level is Level.BLOCK else "keep people away from it"
    )
    return Verdict(CHECK, level, RULE, said, clears, {**numbers, "covered_m2": round(covered)}, "", people.name)
