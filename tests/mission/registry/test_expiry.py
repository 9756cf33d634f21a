"""What runs out when: every dated paper, the most pressing first, a paper good to the end of its last day."""

from datetime import date, timedelta

from mission.registry.expiry import SOON, expiries, running_out
from mission.registry.values import Certificate, CertificateKind, DronePapers, Pilot

TODAY = date(2026, 10, 1)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def test_what_has_run_out_or_will_soon_is_told_the_most_pressing_first() -> None:
    pilot = Pilot(
        certificates=tuple(
            Certificate(kind=kind, number="1", until=until)
            for kind, until in zip(CertificateKind, (days(SOON.days + 1), days(SOON.days), days(-1)), strict=True)
        ),
        bvlos_until=days(0),
    )
    drone = DronePapers(maintenance_due=days(3), firmware="1", firmware_approved=True)
    told = running_out([*expiries("Ada", pilot), *expiries("Falcon", drone)], TODAY)
    assert [(paper.what, paper.days_left(TODAY)) for paper in told] == [
        ("certificate STS", -1), ("leave to fly beyond sight", 0), ("maintenance", 3), ("certificate A2", SOON.days)
    ]  # fmt: skip
