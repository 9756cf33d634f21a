"""Are operator, pilot and drone valid at the time of the flight? Asks no authority; reads the register."""

from collections.abc import Iterator
from datetime import date

from mission.checks.inputs import Inputs
from mission.checks.verdict import Level, Verdict
from mission.registry.values import DronePapers, Operator, Pilot

CHECK = "papers"
RULE = "Regulation (EU) 2019/947, Articles 8, 12 and 14, UAS.OPEN.060 (1), (2); Regulation (EU) 2019/945, Article 40"


def check(inputs: Inputs) -> list[Verdict]:
    """Registration, insurance, certificates, maintenance, firmware and Remote ID serial, each with its last day."""
    papers, day = inputs.papers, inputs.ends.astimezone(inputs.zone).date()
    operator, pilot, drone = (None, None, None) if papers is None else (papers.operator, papers.pilot, papers.drone)
    missing = [
        name
        for name, held in (("the operator's papers", operator), ("the pilot's", pilot), ("the drone's", drone))
        if held is None
    ]
    found = []
    if missing:
        what = f"{', '.join(missing)}: registration, certificates, insurance, maintenance and firmware are not checked"
        found.append(inputs.not_known(CHECK, RULE, what, "enter the papers in the register"))
    version = "no register" if papers is None else papers.version
    for fault, clears in (*_operator(operator, day), *_pilot(pilot, day), *_drone(drone, operator, day)):
        found.append(Verdict(CHECK, Level.BLOCK, RULE, fault, clears, {"day": day.isoformat()}, version))
    if drone is not None and not drone.serial:
        said = "no Remote ID serial is registered; drones of classes C1 to C6 and all in the specific category send one"
        found.append(Verdict(CHECK, Level.WARN, RULE, said, "enter the serial marked on the drone", {}, version))
    if not found and operator and pilot and drone:
        last = min(operator.registered_until, operator.insurance_until, drone.maintenance_due)
        last = min([last, *(certificate.until for certificate in pilot.certificates if certificate.until >= day)])
        said = f"operator {operator.registration}, pilot and drone are valid on {day}; the first paper ends on {last}"
        found.append(Verdict(CHECK, Level.PASS, RULE, said, "", {"day": str(day), "first_end": str(last)}, version))
    return found


def _operator(operator: Operator | None, day: date) -> Iterator[tuple[str, str]]:
    if operator is None:
        return
    if operator.registered_until < day:
        yield f"the operator's registration ended on {operator.registered_until}", "renew the registration"
    if operator.insurance_until < day:
        yield f"the operator's insurance ended on {operator.insurance_until}", "renew the insurance and enter it"


def _pilot(pilot: Pilot | None, day: date) -> Iterator[tuple[str, str]]:
    if pilot is None:
        return
    if not pilot.certificates:
        yield "the pilot holds no certificate", "enter a certificate, or choose another pilot"
    elif all(certificate.until < day for certificate in pilot.certificates):
        last = max(pilot.certificates, key=lambda certificate: certificate.until)
        yield (
            f"the pilot's last certificate ({last.kind}, {last.number}) ended on {last.until}",
            "renew the certificate, or choose another pilot",
        )


def _drone(drone: DronePapers | None, operator: Operator | None, day: date) -> Iterator[tuple[str, str]]:
    if drone is None:
        return
    if drone.insurance_until is not None and drone.insurance_until < day:
        yield f"the drone's insurance ended on {drone.insurance_until}", "renew the insurance and enter it"
    if drone.maintenance_due < day:
        yield (
            f"the drone's maintenance was due on {drone.maintenance_due}",
            "have it maintained and enter the next date",
        )
    if not drone.firmware_approved:
        yield f"its firmware {drone.firmware} is not released by the town", "install a released firmware, or release it"
