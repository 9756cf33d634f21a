"""Does the drone stay in sight of its pilot, or is flying beyond it authorised? Knows no trees or houses."""

import numpy as np

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.positions import LocalFrame

CHECK = "sight"
RULE = "Regulation (EU) 2019/947, Article 4 (1) (d), UAS.OPEN.060 (2) (b); BVLOS: Article 5"
ATTITUDE_M_PER_M, ATTITUDE_M = 327.0, 20.0
"""EASA's guideline on VLOS: a rotorcraft's attitude is made out up to 327 m for each metre of its size, plus 20 m."""
SEEN = 0.3
"""The same: a drone is detected up to 0.3 of the ground visibility."""


def check(inputs: Inputs) -> list[Verdict]:
    """The farthest point from the pilot against the town's limit and the visibility; beyond, who may fly BVLOS."""
    samples, stand = inputs.samples, inputs.pilot_at
    lat, lon = (inputs.profile.home.lat, inputs.profile.home.lon) if stand is None else (stand.lat, stand.lon)
    east, north = LocalFrame(lat, lon).to_metres(samples.lat, samples.lon)  # type: ignore[arg-type]  # arrays too
    up = samples.amsl_m - inputs.profile.home.amsl_m
    away = float(np.sqrt(np.square(east) + np.square(north) + np.square(up)).max())
    limit, why = inputs.policy.sight_m, "the town's limit"
    seen = None if inputs.weather is None else inputs.weather.visibility_m
    if seen is not None and SEEN * seen < limit:
        limit, why = SEEN * seen, f"0.3 of a visibility of {seen:.0f} m"
    numbers = {"farthest_m": round(away, 1), "limit_m": round(limit, 1)}
    version = "" if inputs.papers is None else inputs.papers.version
    if away > limit:
        return [_beyond(inputs, f"{away:.0f} m from the pilot, beyond {limit:.0f} m ({why})", numbers, version)]
    attitude = ATTITUDE_M_PER_M * inputs.airframe.size_m + ATTITUDE_M
    said = f"at most {away:.0f} m from the pilot; within sight up to {limit:.0f} m ({why})"
    found = [Verdict(CHECK, Level.PASS, RULE, said, "", numbers, version)]
    if away > attitude:
        said = (
            f"a drone of {inputs.airframe.size_m:g} m shows its attitude up to about {attitude:.0f} m; "
            f"the flight goes {away:.0f} m from the pilot"
        )
        rule = "EASA guideline on VLOS distances"
        clears = "stand nearer to the area, or have an observer there"
        found.append(Verdict(CHECK, Level.WARN, rule, said, clears, {**numbers, "attitude_m": round(attitude)}))
    return found


def _beyond(inputs: Inputs, where: str, numbers: dict[str, float], version: str) -> Verdict:
    if inputs.bvlos:
        said = f"{where}; an authorisation for BVLOS is held, as stated"
        return Verdict(CHECK, Level.PASS, RULE, said, "", numbers, "as stated")
    day = inputs.ends.astimezone(inputs.zone).date()
    operator = None if inputs.papers is None else inputs.papers.operator
    pilot = None if inputs.papers is None else inputs.papers.pilot
    held = None if operator is None else operator.authorisation
    lacking = []
    if held is None or held.until < day or not held.bvlos:
        lacking.append("the operator's authorisation covers no BVLOS")
    if pilot is None or pilot.bvlos_until is None or pilot.bvlos_until < day:
        lacking.append("the pilot is not authorised for BVLOS")
    if not lacking and held is not None:
        said = f"{where}; BVLOS under authorisation {held.number} until {held.until}"
        return Verdict(CHECK, Level.PASS, RULE, said, "", numbers, version)
    clears = "stand nearer, divide the flight, or hold and enter an authorisation for BVLOS"
    return Verdict(CHECK, Level.BLOCK, RULE, f"{where}; {' and '.join(lacking)}", clears, numbers, version)
