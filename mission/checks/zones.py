"""Which UAS geographical zones the flight meets, how good their data are, and its permits.

The whole operational volume is asked about, in place, height and time. Publishes no zone and asks for no permit.
"""

from datetime import timedelta

from mission.airspace.data_set import DoubtKind, doubts
from mission.airspace.evaluate import ZoneFinding
from mission.airspace.permits import covers
from mission.airspace.zones import Restriction
from mission.checks.inputs import Inputs
from mission.checks.segments import leg_words
from mission.checks.verdict import Level, Verdict
from telemetry.clock import iso, town_span, town_time
from telemetry.messages import Message
from telemetry.sentences import sentences

ZONES = "zones"
DATA = "zone_data"
PERMITS = "permits"
RULE = Message("checks.zones.rule")
PERMIT_RULE = Message("checks.zones.rule_permit")


def check(inputs: Inputs) -> list[Verdict]:
    """Check 4: prohibited zones block, conditional ones want to be acknowledged, the others are named."""
    if inputs.airspace is None:
        what = Message("checks.zones.no_zone_data")
        return [inputs.not_known(ZONES, RULE, what, Message("checks.zones.give_zone_file"))]
    found = [_of_zone(inputs, finding) for finding in inputs.findings if finding.restriction in _HERE]
    if any(verdict.stands_in_the_way for verdict in found):
        return found
    count = len(inputs.airspace.zones)
    others = sum(finding.restriction is Restriction.REQ_AUTHORISATION for finding in inputs.findings)
    said = Message("checks.zones.none_forbids", count=count)
    if others:
        said = Message("checks.zones.some_want_permit", count=others)
    return [Verdict(ZONES, Level.PASS, RULE, said, None, {"zones_known": count}, inputs.airspace.version), *found]


def check_data(inputs: Inputs) -> list[Verdict]:
    """Check 5: the zone data are there, valid for the flight, and not too old."""
    if inputs.airspace is None:
        clears = Message("checks.zones.give_zone_file")
        return [inputs.not_known(DATA, RULE, Message("checks.zones.empty_map"), clears)]
    limit = inputs.policy.zone_data_max_age_days
    found = []
    for doubt in doubts(
        inputs.airspace.data_sets, inputs.at, inputs.ends, now=inputs.now, oldest=timedelta(days=limit)
    ):
        version = inputs.airspace.version
        if doubt.data_set is not None:
            version = doubt.data_set.label
        if doubt.kind is DoubtKind.MISSING:
            found.append(inputs.not_known(DATA, RULE, doubt.message, Message("checks.zones.import_current")))
            continue
        numbers = {"max_age_days": limit}
        if doubt.age is not None:
            numbers["age_days"] = round(doubt.age / _DAY, 1)
        clears = Message("checks.zones.import_current")
        level = Level.block_if(inputs.policy.stale_zone_data_blocks)
        if doubt.kind is DoubtKind.SYNTHETIC and (inputs.simulated or not inputs.policy.unknown_blocks):
            level = Level.WARN  # invented zones are right for a simulated drone, and no ground for a real one
        found.append(Verdict(DATA, level, RULE, doubt.message, clears, numbers, version))
    if found:
        return found
    said = Message("checks.zones.data_valid", limit=limit)
    return [Verdict(DATA, Level.PASS, RULE, said, None, {"max_age_days": limit}, inputs.airspace.version)]


def check_permits(inputs: Inputs) -> list[Verdict]:
    """Check 6: each zone that wants an authorisation has a permit that covers place, height and time."""
    if inputs.airspace is None:
        what = Message("checks.zones.permit_not_known")
        return [inputs.not_known(PERMITS, PERMIT_RULE, what, Message("checks.zones.give_zone_file"))]
    wanted = [finding for finding in inputs.findings if finding.restriction is Restriction.REQ_AUTHORISATION]
    if not wanted:
        version = inputs.airspace.version
        return [Verdict(PERMITS, Level.PASS, PERMIT_RULE, Message("checks.zones.no_permit_wanted"), None, {}, version)]
    return [_of_permit(inputs, finding) for finding in wanted]


GIVE_HOME = Message("checks.zones.give_home")
_HERE = frozenset({Restriction.PROHIBITED, Restriction.CONDITIONAL, Restriction.NO_RESTRICTION})
_DAY = timedelta(days=1)


def _of_zone(inputs: Inputs, finding: ZoneFinding) -> Verdict:
    zone = finding.zone
    met = _met(inputs, finding)
    reason = ""
    if zone.reasons:
        reason = f" ({', '.join(zone.reasons)})"
    told = _quoted(" ".join(part for part in (zone.conditions, zone.message, zone.other_reason) if part))
    named = {"identifier": zone.identifier, "zone": zone.name, "reason": reason, "met": met}
    version = _version(inputs)
    if finding.restriction is Restriction.PROHIBITED:
        said = sentences([Message("checks.zones.prohibited", **named), *told])
        clears = Message("checks.zones.fly_round")
        if zone.identifier in inputs.perhaps:
            clears = Message("checks.zones.give_home_or_fly_round", give_home=GIVE_HOME)
        return Verdict(ZONES, Level.BLOCK, RULE, said, clears, _numbers(finding), version, zone.identifier)
    if finding.restriction is Restriction.CONDITIONAL:
        said = sentences([Message("checks.zones.conditional", **named), *told])
        clears = Message("checks.zones.read_conditions")
        return Verdict(ZONES, Level.ACKNOWLEDGE, RULE, said, clears, _numbers(finding), version, zone.identifier)
    said = sentences([Message("checks.zones.information", **named), *told])
    return Verdict(ZONES, Level.WARN, RULE, said, None, _numbers(finding), version, zone.identifier)


def _of_permit(inputs: Inputs, finding: ZoneFinding) -> Verdict:
    zone = finding.zone
    numbers = _numbers(finding)
    version = _version(inputs)
    name = Message("checks.zones.name", identifier=zone.identifier, zone=zone.name)
    if inputs.permits is None:
        wants = Message("checks.zones.permit_wanted", name=name, met=_met(inputs, finding))
        said = sentences([wants, Message("checks.zones.permits_not_known")])
        return Verdict(
            PERMITS, Level.PERMIT, PERMIT_RULE, said, _ask(inputs, finding), numbers, version, zone.identifier
        )
    registered = ""
    if inputs.held_papers.operator is not None:
        registered = inputs.held_papers.operator.registration
    why_not: list[Message] = []
    for permit in inputs.permits:
        if permit.operator and permit.operator != registered:
            why_not.append(
                Message("checks.zones.other_operator", permit=permit.reference or permit.id, operator=permit.operator)
            )
            continue
        coverage = covers(permit, finding, inputs.volumes, inputs.zone)
        if coverage:
            covered = Message("checks.zones.covered", name=name, permit=permit.reference or permit.id)
            said = sentences([covered, *_quoted(permit.conditions)])
            return Verdict(PERMITS, Level.PASS, PERMIT_RULE, said, None, numbers, version, zone.identifier)
        if coverage.why_not is not None and coverage.of_this_zone:
            why_not.append(coverage.why_not)
    wants = Message("checks.zones.permit_wanted", name=name, met=_met(inputs, finding))
    said = sentences([wants, *(why_not[:3] or [Message("checks.zones.none_stored")])])
    return Verdict(PERMITS, Level.PERMIT, PERMIT_RULE, said, _ask(inputs, finding), numbers, version, zone.identifier)


def _met(inputs: Inputs, finding: ZoneFinding) -> Message:
    kinds = dict.fromkeys(inputs.profile.segments[number].kind for number in finding.volumes)
    legs = [leg_words(kind) for kind in kinds]
    when = Message("checks.zones.when", legs=legs, span=town_span(finding.begins, finding.ends, inputs.zone))
    if finding.zone.identifier not in inputs.perhaps:
        return Message("checks.zones.met", when=when)
    home = inputs.profile.anchor.home
    return Message("checks.zones.counts_as_met", when=when, words=home.words)


def _ask(inputs: Inputs, finding: ZoneFinding) -> Message:
    """Whom to ask for the permit, and until when."""
    for authority in finding.zone.authorities:
        if authority.purpose in ("", "AUTHORIZATION"):
            whom = authority.name or Message("checks.zones.the_authority")
            contact = authority.email or authority.phone or authority.site
            if contact:
                whom = " ".join(part for part in (authority.name, f"({contact})") if part)
            if authority.interval_before is None:
                return Message("checks.zones.ask_for_permit", whom=whom)
            latest = town_time(finding.begins - authority.interval_before, inputs.zone)
            return Message("checks.zones.ask_before", whom=whom, latest=latest)
    return Message("checks.zones.ask_authority")


def _numbers(finding: ZoneFinding) -> dict[str, object]:
    return {"begins": iso(finding.begins), "ends": iso(finding.ends), "legs": len(finding.volumes)}


def _version(inputs: Inputs) -> str:
    if inputs.airspace is None:
        return ""
    return inputs.airspace.version


def _quoted(text: str) -> list[Message]:
    """What the authority wrote, as a part of a sentence; nothing where it wrote nothing."""
    if not text:
        return []
    return [Message("checks.zones.says", text=text[:300])]
