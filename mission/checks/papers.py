"""Are operator, pilot and drone valid at the time of the flight? Asks no authority; reads the register."""

from collections.abc import Iterator
from datetime import date

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.registry.values import DronePapers, Operator, Pilot
from telemetry.messages import Message

CHECK = "papers"
RULE = Message("checks.papers.rule")


def check(inputs: Inputs) -> list[Verdict]:
    """Registration, insurance, certificates, maintenance, firmware and Remote ID serial, each with its last day."""
    papers = inputs.held_papers
    day = inputs.ends.astimezone(inputs.zone).date()
    operator = papers.operator
    pilot = papers.pilot
    drone = papers.drone
    missing = [
        name
        for name, held in (
            (Message("checks.papers.operator_papers"), operator),
            (Message("checks.papers.pilot_papers"), pilot),
            (Message("checks.papers.drone_papers"), drone),
        )
        if held is None
    ]
    found = []
    if missing:
        what = Message("checks.papers.not_checked", missing=list(missing))
        found.append(inputs.not_known(CHECK, RULE, what, Message("checks.papers.enter_papers")))
    version = "no register"
    if inputs.papers is not None:
        version = papers.version
    for fault, clears in (*_operator(operator, day), *_pilot(pilot, day), *_drone(drone, operator, day)):
        found.append(Verdict(CHECK, Level.BLOCK, RULE, fault, clears, {"day": day.isoformat()}, version))
    if drone is not None and not drone.serial:
        said = Message("checks.papers.no_remote_id")
        found.append(Verdict(CHECK, Level.WARN, RULE, said, Message("checks.papers.enter_serial"), {}, version))
    if not found and operator and pilot and drone:
        last = min(operator.registered_until, operator.insurance_until, drone.maintenance_due)
        last = min([last, *(certificate.until for certificate in pilot.certificates if certificate.until >= day)])
        said = Message("checks.papers.valid", registration=operator.registration, day=day, last=last)
        found.append(Verdict(CHECK, Level.PASS, RULE, said, None, {"day": str(day), "first_end": str(last)}, version))
    return found


def _operator(operator: Operator | None, day: date) -> Iterator[tuple[Message, Message]]:
    if operator is None:
        return
    if operator.registered_until < day:
        yield (
            Message("checks.papers.registration_ended", registered_until=operator.registered_until),
            Message("checks.papers.renew_registration"),
        )
    if operator.insurance_until < day:
        yield (
            Message("checks.papers.operator_insurance_ended", insurance_until=operator.insurance_until),
            Message("checks.papers.renew_insurance"),
        )


def _pilot(pilot: Pilot | None, day: date) -> Iterator[tuple[Message, Message]]:
    if pilot is None:
        return
    if not pilot.certificates:
        yield Message("checks.papers.no_certificate"), Message("checks.papers.enter_certificate")
    elif all(certificate.until < day for certificate in pilot.certificates):
        last = max(pilot.certificates, key=lambda certificate: certificate.until)
        yield (
            Message("checks.papers.certificate_ended", kind=last.kind, number=last.number, until=last.until),
            Message("checks.papers.renew_certificate"),
        )


def _drone(drone: DronePapers | None, operator: Operator | None, day: date) -> Iterator[tuple[Message, Message]]:
    if drone is None:
        return
    if drone.insurance_until is not None and drone.insurance_until < day:
        yield (
            Message("checks.papers.drone_insurance_ended", insurance_until=drone.insurance_until),
            Message("checks.papers.renew_insurance"),
        )
    if drone.maintenance_due < day:
        yield (
            Message("checks.papers.maintenance_due", maintenance_due=drone.maintenance_due),
            Message("checks.papers.have_maintained"),
        )
    if not drone.firmware_approved:
        yield (
            Message("checks.papers.firmware_not_released", firmware=drone.firmware),
            Message("checks.papers.install_firmware"),
        )
