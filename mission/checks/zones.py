"""Which UAS geographical zones the flight meets, how good their data are, and its permits.

The whole operational volume is asked about, in place, height and time. Publishes no zone and asks for no permit.
"""

from collections.abc import Iterable
from datetime import timedelta

from mission.airspace.data_set import DoubtKind, doubts
from mission.airspace.evaluate import ZoneFinding
from mission.airspace.permits import covers
from mission.airspace.zones import Restriction
from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from telemetry.clock import iso, town_span, town_time

ZONES = "zones"
DATA = "zone_data"
PERMITS = "permits"
RULE = "Regulation (EU) 2019/947, Article 15, UAS.OPEN.060 (1) (a)"
PERMIT_RULE = "Regulation (EU) 2019/947, Article 15 (1) (b): flight authorisation"


def check(inputs: Inputs) -> list[Verdict]:
    """Check 4: prohibited zones block, conditional ones want to be acknowledged, the others are named."""
    if inputs.airspace is None:
        what = "no zone data were given, so no zone can be looked up"
        return [inputs.not_known(ZONES, RULE, what, "give the authority's zone file (ED-269 or ED-318)")]
    found = [_of_zone(inputs, finding) for finding in inputs.findings if finding.restriction in _HERE]
    if any(verdict.stands_in_the_way for verdict in found):
        return found
    count = len(inputs.airspace.zones)
    others = sum(finding.restriction is Restriction.REQ_AUTHORISATION for finding in inputs.findings)
    said = f"the flight meets no zone that forbids it, of {count} known" if not others else (
        f"the flight meets {others} zone{'s' if others > 1 else ''} that want a permit, and none that forbids it"
    )  # fmt: skip
    return [Verdict(ZONES, Level.PASS, RULE, said, "", {"zones_known": count}, inputs.airspace.version), *found]


def check_data(inputs: Inputs) -> list[Verdict]:
    """Check 5: the zone data are there, valid for the flight, and not too old."""
    if inputs.airspace is None:
        clears = "give the authority's zone file (ED-269 or ED-318)"
        return [inputs.not_known(DATA, RULE, "no zone data were given; an empty map is not a free sky", clears)]
    limit = inputs.policy.zone_data_max_age_days
    level = Level.BLOCK if inputs.policy.stale_zone_data_blocks else Level.WARN
    found = []
    for doubt in doubts(
        inputs.airspace.data_sets, inputs.at, inputs.ends, now=inputs.now, oldest=timedelta(days=limit)
    ):
        version = inputs.airspace.version if doubt.data_set is None else doubt.data_set.label
        if doubt.kind is DoubtKind.MISSING:
            found.append(inputs.not_known(DATA, RULE, doubt.message, "import the authority's current file"))
            continue
        # Invented zones are right for a simulated drone, and no ground for a real one.
        lenient = doubt.kind is DoubtKind.SYNTHETIC and (inputs.simulated or not inputs.policy.unknown_blocks)
        numbers = {"max_age_days": limit, **({} if doubt.age is None else {"age_days": round(doubt.age / _DAY, 1)})}
        clears = "import the authority's current file"
        found.append(Verdict(DATA, Level.WARN if lenient else level, RULE, doubt.message, clears, numbers, version))
    if found:
        return found
    said = f"the zone data are valid for the flight and at most {limit:g} days old"
    return [Verdict(DATA, Level.PASS, RULE, said, "", {"max_age_days": limit}, inputs.airspace.version)]


def check_permits(inputs: Inputs) -> list[Verdict]:
    """Check 6: each zone that wants an authorisation has a permit that covers place, height and time."""
    if inputs.airspace is None:
        what = "whether a zone wants a permit, as no zone data were given"
        return [inputs.not_known(PERMITS, PERMIT_RULE, what, "give the authority's zone file (ED-269 or ED-318)")]
    wanted = [finding for finding in inputs.findings if finding.restriction is Restriction.REQ_AUTHORISATION]
    if not wanted:
        version = inputs.airspace.version
        return [Verdict(PERMITS, Level.PASS, PERMIT_RULE, "no zone on the way wants a permit", "", {}, version)]
    return [_of_permit(inputs, finding) for finding in wanted]


GIVE_HOME = "give the height of home above the sea (--home LAT,LON,ALT, or in the plan) or a terrain file"
_HERE = frozenset({Restriction.PROHIBITED, Restriction.CONDITIONAL, Restriction.NO_RESTRICTION})
_DAY = timedelta(days=1)


def _of_zone(inputs: Inputs, finding: ZoneFinding) -> Verdict:
    zone, met = finding.zone, _met(inputs, finding)
    reason = f" ({', '.join(zone.reasons)})" if zone.reasons else ""
    told = _sentence(" ".join(part for part in (zone.conditions, zone.message, zone.other_reason) if part))
    version = _version(inputs)
    if finding.restriction is Restriction.PROHIBITED:
        said = f"zone {zone.identifier} {zone.name}{reason} is PROHIBITED: {met}{told}"
        clears = "fly round, below or above it, or at another time"
        if zone.identifier in inputs.perhaps:
            clears = f"{GIVE_HOME}, or fly round it or at another time"
        return Verdict(ZONES, Level.BLOCK, RULE, said, clears, _numbers(finding), version, zone.identifier)
    if finding.restriction is Restriction.CONDITIONAL:
        said = f"zone {zone.identifier} {zone.name}{reason} is CONDITIONAL: {met}{told}"
        clears = "read its conditions and acknowledge that they are met"
        return Verdict(ZONES, Level.ACKNOWLEDGE, RULE, said, clears, _numbers(finding), version, zone.identifier)
    said = f"zone {zone.identifier} {zone.name} is for information: {met}{told}"
    return Verdict(ZONES, Level.WARN, RULE, said, "", _numbers(finding), version, zone.identifier)


def _of_permit(inputs: Inputs, finding: ZoneFinding) -> Verdict:
    zone, numbers, version = finding.zone, _numbers(finding), _version(inputs)
    name = f"zone {zone.identifier} {zone.name}"
    if inputs.permits is None:
        said = f"{name} wants a permit (REQ_AUTHORISATION): {_met(inputs, finding)}; permits are not known here"
        return Verdict(
            PERMITS, Level.PERMIT, PERMIT_RULE, said, _ask(inputs, finding), numbers, version, zone.identifier
        )
    registered = "" if inputs.papers is None or inputs.papers.operator is None else inputs.papers.operator.registration
    why_not = []
    for permit in inputs.permits:
        if permit.operator and permit.operator != registered:
            why_not.append(f"permit {permit.reference or permit.id} was given to operator {permit.operator}")
            continue
        coverage = covers(permit, finding, inputs.volumes, inputs.zone)
        if coverage:
            said = f"{name} is covered by permit {permit.reference or permit.id}{_sentence(permit.conditions)}"
            return Verdict(PERMITS, Level.PASS, PERMIT_RULE, said, "", numbers, version, zone.identifier)
        why_not.append(coverage.why_not)
    near = [why for why in why_not if "not for" not in why]
    reason = "; ".join(near[:3]) or "none is stored for it"
    said = f"{name} wants a permit (REQ_AUTHORISATION): {_met(inputs, finding)}; {reason}"
    return Verdict(PERMITS, Level.PERMIT, PERMIT_RULE, said, _ask(inputs, finding), numbers, version, zone.identifier)


def _met(inputs: Inputs, finding: ZoneFinding) -> str:
    kinds = dict.fromkeys(inputs.profile.segments[number].kind.value for number in finding.volumes)
    when = f"on {_listed(kinds)} from {town_span(finding.begins, finding.ends, inputs.zone)}"
    if finding.zone.identifier not in inputs.perhaps:
        return f"met {when}"
    home = inputs.profile.anchor.home
    return f"counts as met {when}, as home's height above the sea is not known ({home.words})"


def _ask(inputs: Inputs, finding: ZoneFinding) -> str:
    """Whom to ask for the permit, and until when."""
    for authority in finding.zone.authorities:
        if authority.purpose in ("", "AUTHORIZATION"):
            contact = authority.email or authority.phone or authority.site
            before = authority.interval_before
            latest = "" if before is None else f" before {town_time(finding.begins - before, inputs.zone)}"
            whom = " ".join(part for part in (authority.name, f"({contact})" if contact else "") if part)
            return f"ask {whom or 'the authority'} for a permit{latest} and store it"
    return "ask the authority for a permit and store it"


def _numbers(finding: ZoneFinding) -> dict[str, object]:
    return {"begins": iso(finding.begins), "ends": iso(finding.ends), "legs": len(finding.volumes)}


def _version(inputs: Inputs) -> str:
    return "" if inputs.airspace is None else inputs.airspace.version


def _sentence(text: str) -> str:
    return f"; it says: {text[:300]}" if text else ""


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
