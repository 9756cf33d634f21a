"""Who is below, should it come down? The ground risk buffer against the areas with people that are stated."""

from mission.checks.inputs import Inputs, PeopleArea, PeopleKind
from mission.checks.verdict import Level, Verdict
from mission.zones.geometry import to_metres
from telemetry.messages import Message
from telemetry.positions import LocalFrame

CHECK = "ground_risk"
RULE = Message("checks.ground_risk.rule")
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
        what = Message("checks.ground_risk.people_not_known", buffer=buffer)
        return [inputs.not_known(CHECK, RULE, what, Message("checks.ground_risk.look_over"))]
    below = [area for area in inputs.people if inputs.ground_risk.intersects(area.area)]
    if not below:
        said = Message("checks.ground_risk.nobody", buffer=buffer)
        return [Verdict(CHECK, Level.PASS, RULE, said, None, {**numbers, "areas_known": len(inputs.people)})]
    return [_verdict(inputs, area, numbers) for area in below]


def _verdict(inputs: Inputs, people: PeopleArea, numbers: dict[str, float]) -> Verdict:
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    covered = to_metres(people.area, frame).intersection(to_metres(inputs.ground_risk, frame)).area
    said = Message("checks.ground_risk.below", kind=people.kind, name=people.name, covered_m2=covered)
    level = Level.WARN
    clears = Message("checks.ground_risk.keep_away")
    if people.kind is PeopleKind.GATHERING:
        level = Level.BLOCK
        clears = Message("checks.ground_risk.fly_away")
    return Verdict(CHECK, level, RULE, said, clears, {**numbers, "covered_m2": round(covered)}, "", people.name)
