"""What of the register runs out when: pure, for whoever must renew it in time. Keeps nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mission.registry.values import DronePapers, Operator, Pilot

SOON = timedelta(days=30)
"""What runs out within so long is shown first."""


@dataclass(frozen=True)
class Expiry:
    """One paper and the last day on which it is good."""

    holder: str
    what: str
    until: date

    def days_left(self, today: date) -> int:
        """Whole days after today; negative once it has run out."""
        return (self.until - today).days


def expiries(holder: str, papers: Operator | Pilot | DronePapers) -> Iterator[Expiry]:
    """Every paper of a holder that runs out some day."""
    for what, until in _dated(papers):
        if until is not None:
            yield Expiry(holder, what, until)


def running_out(papers: Iterable[Expiry], today: date) -> list[Expiry]:
    """Those that have run out or will within `SOON`, the most pressing first."""
    return sorted((e for e in papers if e.until <= today + SOON), key=lambda e: (e.until, e.holder, e.what))


def _dated(papers: Operator | Pilot | DronePapers) -> Iterator[tuple[str, date | None]]:
    if isinstance(papers, Operator):
        yield "registration", papers.registered_until
        yield "insurance", papers.insurance_until
        if papers.authorisation is not None:
            yield f"authorisation {papers.authorisation.number}", papers.authorisation.until
    elif isinstance(papers, Pilot):
        for certificate in papers.certificates:
            yield f"certificate {certificate.kind.value}", certificate.until
        yield "leave to fly beyond sight", papers.bvlos_until
    else:
        yield "maintenance", papers.maintenance_due
        yield "insurance", papers.insurance_until
