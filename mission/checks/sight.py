"""Does the drone stay in sight of its pilot, or is flying beyond it authorised? Knows no trees or houses."""

import numpy as np

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.messages import Message

CHECK = "sight"
RULE = Message("checks.sight.rule")
ATTITUDE_M_PER_M = 327.0
ATTITUDE_M = 20.0
"""EASA's guideline on VLOS: a rotorcraft's attitude is made out up to 327 m for each metre of its size, plus 20 m."""
SEEN = 0.3
"""The same: a drone is detected up to 0.3 of the ground visibility."""


def check(inputs: Inputs) -> list[Verdict]:
    """The farthest point from the pilot against the town's limit and the visibility; beyond, who may fly BVLOS."""
    samples = inputs.samples
    frame = inputs.pilot_frame
    east, north = frame.to_metres(samples.lat, samples.lon)  # type: ignore[arg-type]  # arrays too
    up = samples.amsl_m - inputs.profile.home.amsl_m
    away = float(np.sqrt(np.square(east) + np.square(north) + np.square(up)).max())
    limit = inputs.policy.sight_m
    why = Message("checks.sight.town_limit")
    if inputs.weather is not None and inputs.weather.visibility_m is not None:
        seen = inputs.weather.visibility_m
        if SEEN * seen < limit:
            limit = SEEN * seen
            why = Message("checks.sight.by_visibility", seen=seen)
    numbers = {"farthest_m": round(away, 1), "limit_m": round(limit, 1)}
    version = inputs.held_papers.version
    if away > limit:
        return [_beyond(inputs, Message("checks.sight.beyond", away=away, limit=limit, why=why), numbers, version)]
    attitude = ATTITUDE_M_PER_M * inputs.airframe.size_m + ATTITUDE_M
    said = Message("checks.sight.within", away=away, limit=limit, why=why)
    found = [Verdict(CHECK, Level.PASS, RULE, said, None, numbers, version)]
    if away > attitude:
        said = Message("checks.sight.attitude", size_m=inputs.airframe.size_m, attitude=attitude, away=away)
        rule = Message("checks.sight.rule_attitude")
        clears = Message("checks.sight.observer")
        found.append(Verdict(CHECK, Level.WARN, rule, said, clears, {**numbers, "attitude_m": round(attitude)}))
    return found


def _beyond(inputs: Inputs, where: Message, numbers: dict[str, float], version: str) -> Verdict:
    if inputs.bvlos:
        said = Message("checks.sight.held_as_stated", where=where)
        return Verdict(CHECK, Level.PASS, RULE, said, None, numbers, "as stated")
    day = inputs.ends.astimezone(inputs.zone).date()
    pilot = inputs.held_papers.pilot
    held = inputs.held_papers.authorisation
    lacking = []
    if held is None or held.until < day or not held.bvlos:
        lacking.append(Message("checks.sight.operator_lacks"))
    if pilot is None or pilot.bvlos_until is None or pilot.bvlos_until < day:
        lacking.append(Message("checks.sight.pilot_lacks"))
    if not lacking and held is not None:
        said = Message("checks.sight.held", where=where, number=held.number, until=held.until)
        return Verdict(CHECK, Level.PASS, RULE, said, None, numbers, version)
    clears = Message("checks.sight.clears")
    said = Message("checks.sight.not_held", where=where, lacking=lacking)
    return Verdict(CHECK, Level.BLOCK, RULE, said, clears, numbers, version)
