"""In which category may this be flown? Open A1, A2 or A3, or the specific category with an authorisation.

Where uninvolved people are is what the town stated as areas; nobody counts heads. The easiest category that fits wins.
"""

from datetime import date

import shapely

from mission.checks.inputs import Inputs, PeopleKind
from mission.checks.verdict import Level, Verdict
from mission.registry.values import CertificateKind
from mission.zones.geometry import to_metres
from telemetry.messages import Message
from telemetry.positions import LocalFrame
from telemetry.sentences import sentences

CHECK = "category"
RULE = Message("checks.category.rule")
LIGHT_KG = 0.25
A2_KG = 4.0
OPEN_KG = 25.0


def check(inputs: Inputs) -> list[Verdict]:
    """The category by mass, class, the pilot's certificates and the distances to people and built-up areas."""
    reasons = {"A1": _a1(inputs), "A2": _a2(inputs), "A3": _a3(inputs)}
    misfits = [why_not for why_not in reasons.values() if why_not is not None]
    numbers = _numbers(inputs)
    fits = next((name for name, why_not in reasons.items() if why_not is None), None)
    version = "no register"
    if inputs.papers is not None:
        version = inputs.papers.version
    if fits is not None:
        said = Message("checks.category.open", subcategory=fits, drone=_drone(inputs), distances=_distances(numbers))
        return [Verdict(CHECK, Level.PASS, RULE, said, None, {**numbers, "category": fits}, version)]
    authorisation = _authorisation(inputs)
    if authorisation is not None:
        said = Message("checks.category.specific", authorisation=authorisation, reasons=sentences(misfits))
        return [Verdict(CHECK, Level.PASS, RULE, said, None, {**numbers, "category": "specific"}, version)]
    why = sentences(
        Message("checks.category.reason", subcategory=name, reason=why_not) for name, why_not in reasons.items()
    )
    clears = Message("checks.category.clears")
    if inputs.papers is None or inputs.papers.operator is None or inputs.people is None:
        what = Message("checks.category.whether_open", why=why)
        return [inputs.not_known(CHECK, RULE, what, clears)]
    said = Message("checks.category.none_fits", drone=_drone(inputs), why=why)
    return [Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version)]


def eu_class(inputs: Inputs) -> str:
    """The class mark of the drone itself, else that of its type; empty for none."""
    drone = inputs.held_papers.drone
    if drone is None or drone.eu_class is None:
        return inputs.airframe.eu_class
    return drone.eu_class


def distances_m(inputs: Inputs) -> dict[PeopleKind, float]:
    """Metres from the operational volume to the nearest area of each kind that is stated; 0 inside."""
    frame = LocalFrame(inputs.profile.home.lat, inputs.profile.home.lon)
    path = shapely.union_all([to_metres(volume.footprint, frame) for volume in inputs.volumes])
    nearest: dict[PeopleKind, float] = {}
    for people in inputs.people or ():
        away = float(path.distance(to_metres(people.area, frame)))
        nearest[people.kind] = min(nearest.get(people.kind, away), away)
    return nearest


def _a1(inputs: Inputs) -> Message | None:
    """Why it does not fit A1; None when it does."""
    mark = eu_class(inputs)
    mass = inputs.airframe.take_off_mass_kg
    if mark not in ("C0", "C1") and not (mark == "" and mass < LIGHT_KG):
        return Message("checks.category.not_a1", drone=_drone(inputs))
    if inputs.people is None:
        return Message("checks.category.gatherings_not_known")
    if distances_m(inputs).get(PeopleKind.GATHERING, 1.0) <= 0:
        return Message("checks.category.over_gathering")
    return _certified(inputs, CertificateKind.A1_A3)


def _a2(inputs: Inputs) -> Message | None:
    mark = eu_class(inputs)
    if mark != "C2" or inputs.airframe.take_off_mass_kg >= A2_KG:
        return Message("checks.category.not_a2", drone=_drone(inputs))
    if inputs.people is None:
        return Message("checks.category.people_not_known")
    wanted = max(inputs.policy.people_m, float(inputs.samples.agl_m.max()))
    nearest = distances_m(inputs).get(PeopleKind.GATHERING)
    if nearest is not None and nearest < wanted:
        return Message("checks.category.people_near_1_to_1", nearest=nearest, wanted=wanted)
    return _certified(inputs, CertificateKind.A2)


def _a3(inputs: Inputs) -> Message | None:
    mark = eu_class(inputs)
    mass = inputs.airframe.take_off_mass_kg
    if mass >= OPEN_KG or mark in ("C5", "C6"):
        return Message("checks.category.too_heavy", drone=_drone(inputs))
    if inputs.policy.built_up:
        return Message("checks.category.built_up")
    if inputs.people is None or inputs.policy.built_up is None:
        return Message("checks.category.built_up_not_known")
    nearest = distances_m(inputs)
    if nearest.get(PeopleKind.BUILT_UP, inputs.policy.built_up_m) < inputs.policy.built_up_m:
        return Message("checks.category.built_up_near", nearest=nearest[PeopleKind.BUILT_UP])
    if nearest.get(PeopleKind.GATHERING, inputs.policy.people_m) < inputs.policy.people_m:
        return Message(
            "checks.category.people_near", nearest=nearest[PeopleKind.GATHERING], people_m=inputs.policy.people_m
        )
    return _certified(inputs, CertificateKind.A1_A3)


def _certified(inputs: Inputs, kind: CertificateKind) -> Message | None:
    pilot = inputs.held_papers.pilot
    if pilot is None:
        return Message("checks.category.certificates_not_known")
    day = _day(inputs)
    held = [c for c in pilot.certificates if c.kind == kind and c.until >= day]
    if held:
        return None
    return Message("checks.category.no_certificate", kind=kind, day=day)


def _authorisation(inputs: Inputs) -> Message | None:
    """The operator's authorisation of the specific category in force; None for none."""
    held = inputs.held_papers.authorisation
    if held is None or held.until < _day(inputs):
        return None
    return Message("checks.category.authorisation", number=held.number, until=held.until)


def _day(inputs: Inputs) -> date:
    return inputs.ends.astimezone(inputs.zone).date()


def _drone(inputs: Inputs) -> Message:
    mark = eu_class(inputs) or Message("checks.category.unmarked")
    return Message("checks.category.drone", mark=mark, mass_kg=inputs.airframe.take_off_mass_kg)


def _numbers(inputs: Inputs) -> dict[str, float | str | None]:
    nearest = distances_m(inputs)
    return {
        "take_off_mass_kg": inputs.airframe.take_off_mass_kg,
        "eu_class": eu_class(inputs),
        **{f"{kind}_m": round(nearest[kind], 1) for kind in PeopleKind if kind in nearest},
    }


def _distances(numbers: dict[str, float | str | None]) -> Message:
    near = numbers.get("gathering_m")
    if near is None:
        return Message("checks.category.no_gathering")
    return Message("checks.category.nearest_gathering", near=near)
