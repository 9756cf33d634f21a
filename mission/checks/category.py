"""In which category may this be flown? Open A1, A2 or A3, or the specific category with an authorisation.

Where uninvolved people are is what the town stated as areas; nobody counts heads. The easiest category that fits wins.
"""

from datetime import date

import shapely

from mission.checks.inputs import Inputs, PeopleKind
from mission.checks.verdict import Level, Verdict
from mission.registry.values import CertificateKind
from mission.zones.geometry import to_metres
from telemetry.positions import LocalFrame

CHECK = "category"
RULE = "Regulation (EU) 2019/947, UAS.OPEN.020, .030, .040 and Article 5"
LIGHT_KG, A2_KG, OPEN_KG = 0.25, 4.0, 25.0


def check(inputs: Inputs) -> list[Verdict]:
    """The category by mass, class, the pilot's certificates and the distances to people and built-up areas."""
    reasons = {"A1": _a1(inputs), "A2": _a2(inputs), "A3": _a3(inputs)}
    numbers = _numbers(inputs)
    fits = next((name for name, why_not in reasons.items() if not why_not), None)
    version = "no register" if inputs.papers is None else inputs.papers.version
    if fits is not None:
        said = f"open category {fits}: {_drone(inputs)}, {_distances(numbers)}"
        return [Verdict(CHECK, Level.PASS, RULE, said, "", {**numbers, "category": fits}, version)]
    authorisation = _authorisation(inputs)
    if authorisation:
        said = f"specific category under {authorisation}; open does not fit: {'; '.join(reasons.values())}"
        return [Verdict(CHECK, Level.PASS, RULE, said, "", {**numbers, "category": "specific"}, version)]
    why = "; ".join(f"{name}: {why_not}" for name, why_not in reasons.items())
    clears = (
        "fly farther from people, with a lighter or marked drone, or hold an authorisation of the specific category"
    )
    if inputs.papers is None or inputs.papers.operator is None or inputs.people is None:
        what = f"whether it may fly in the open category ({why}), and whether the operator holds an authorisation"
        return [inputs.not_known(CHECK, RULE, what, clears)]
    said = f"no category fits {_drone(inputs)}: {why}; and no authorisation of the specific category is in force"
    return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version)]


def eu_class(inputs: Inputs) -> str:
    """The class mark of the drone itself, else that of its type; empty for none."""
    drone = None if inputs.papers is None else inputs.papers.drone
    return inputs.airframe.eu_class if drone is None or drone.eu_class is None else drone.eu_class


def distances_m(inputs: Inputs) -> dict[PeopleKind, float]:
    """Metres from the operational volume to the nearest area of each kind that is stated; 0 inside."""
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    path = shapely.union_all([to_metres(volume.footprint, frame) for volume in inputs.volumes])
    nearest: dict[PeopleKind, float] = {}
    for people in inputs.people or ():
        away = float(path.distance(to_metres(people.area, frame)))
        nearest[people.kind] = min(nearest.get(people.kind, away), away)
    return nearest


def _a1(inputs: Inputs) -> str:
    """Why it does not fit A1; empty when it does."""
    mark, mass = eu_class(inputs), inputs.airframe.take_off_mass_kg
    if mark not in ("C0", "C1") and not (mark == "" and mass < LIGHT_KG):
        return f"{_drone(inputs)} is neither C0, C1 nor under 250 g"
    if inputs.people is None:
        return "where gatherings are is not known"
    if distances_m(inputs).get(PeopleKind.GATHERING, 1.0) <= 0:
        return "it would fly over a gathering"
    return _certified(inputs, CertificateKind.A1_A3)


def _a2(inputs: Inputs) -> str:
    mark = eu_class(inputs)
    if mark != "C2" or inputs.airframe.take_off_mass_kg >= A2_KG:
        return f"{_drone(inputs)} is not C2 under 4 kg"
    if inputs.people is None:
        return "where people are is not known"
    wanted = max(inputs.policy.people_m, float(inputs.samples.agl_m.max()))
    nearest = distances_m(inputs).get(PeopleKind.GATHERING)
    if nearest is not None and nearest < wanted:
        return f"people are {nearest:.0f} m away, {wanted:.0f} m are wanted (1:1 rule)"
    return _certified(inputs, CertificateKind.A2)


def _a3(inputs: Inputs) -> str:
    mark, mass = eu_class(inputs), inputs.airframe.take_off_mass_kg
    if mass >= OPEN_KG or mark in ("C5", "C6"):
        return f"{_drone(inputs)} is too heavy or of a class for the specific category"
    if inputs.policy.built_up:
        return "the town counts as built-up"
    if inputs.people is None or inputs.policy.built_up is None:
        return "where people and built-up areas are is not known"
    nearest = distances_m(inputs)
    if nearest.get(PeopleKind.BUILT_UP, inputs.policy.built_up_m) < inputs.policy.built_up_m:
        return f"a built-up area is {nearest[PeopleKind.BUILT_UP]:.0f} m away, 150 m are wanted"
    if nearest.get(PeopleKind.GATHERING, inputs.policy.people_m) < inputs.policy.people_m:
        return f"people are {nearest[PeopleKind.GATHERING]:.0f} m away, {inputs.policy.people_m:.0f} m are wanted"
    return _certified(inputs, CertificateKind.A1_A3)


def _certified(inputs: Inputs, kind: CertificateKind) -> str:
    pilot = None if inputs.papers is None else inputs.papers.pilot
    if pilot is None:
        return "the pilot's certificates are not known"
    day = _day(inputs)
    held = [c for c in pilot.certificates if c.kind == kind and c.until >= day]
    return "" if held else f"the pilot holds no {kind} certificate good on {day}"


def _authorisation(inputs: Inputs) -> str:
    """The operator's authorisation of the specific category in force, in words; empty for none."""
    operator = None if inputs.papers is None else inputs.papers.operator
    held = None if operator is None else operator.authorisation
    return "" if held is None or held.until < _day(inputs) else f"authorisation {held.number} until {held.until}"


def _day(inputs: Inputs) -> date:
    return inputs.ends.astimezone(inputs.zone).date()


def _drone(inputs: Inputs) -> str:
    return f"{eu_class(inputs) or 'an unmarked drone'} of {inputs.airframe.take_off_mass_kg:g} kg"


def _numbers(inputs: Inputs) -> dict[str, float | str | None]:
    nearest = distances_m(inputs)
    return {
        "take_off_mass_kg": inputs.airframe.take_off_mass_kg,
        "eu_class": eu_class(inputs),
        **{f"{kind}_m": round(nearest[kind], 1) for kind in PeopleKind if kind in nearest},
    }


def _distances(numbers: dict[str, float | str | None]) -> str:
    near = numbers.get("gathering_m")
    return "no gathering is stated" if near is None else f"the nearest gathering is {near:g} m away"
