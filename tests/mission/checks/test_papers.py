"""Check 1: papers on the day; and a Remote ID serial's form."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mission.checks.verdict import Level
from mission.registry.values import Certificate, CertificateKind, DronePapers, Operator, serial_fault
from tests.mission.checks.builders import LATER, level, papers, said

GONE = date(2026, 6, 21)
TODAY = date(2026, 6, 22)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"operator": {"registered_until": GONE}}, "registration ended on 21 Jun 2026"),
        ({"operator": {"insurance_until": GONE}}, "operator's insurance ended"),
        ({"pilot": {"certificates": ()}}, "holds no certificate"),
        (
            {"pilot": {"certificates": (Certificate(kind=CertificateKind.A2, number="7", until=GONE),)}},
            r"(A2, 7) ended on 21 Jun 2026",
        ),
        ({"drone": {"insurance_until": GONE}}, "drone's insurance ended"),
        ({"drone": {"maintenance_due": GONE}}, "maintenance was due on 21 Jun 2026"),
        ({"drone": {"firmware_approved": False}}, "is not released"),
    ],
)
def test_a_paper_that_has_ended_blocks(change: dict[str, Any], words: str) -> None:
    assert level("papers", papers=papers(**change)) is Level.BLOCK
    assert words in said("papers", papers=papers(**change))


def test_a_paper_is_good_to_the_end_of_its_last_day() -> None:
    assert level("papers", papers=papers(operator={"insurance_until": TODAY})) is Level.PASS


def test_a_drone_without_a_serial_is_named() -> None:
    assert level("papers", papers=papers(drone={"serial": ""})) is Level.WARN


@pytest.mark.parametrize(
    ("serial", "words"),
    [
        ("1581F", "no length"),
        ("15810ABC", "no length"),
        ("15813ABCD", "says that 3 characters follow its fifth, but 4 do"),
        ("1581FABCDEFGH123456", "says that 15 characters follow its fifth, but 14 do"),
        ("15813ABO", "without O and I"),
        ("15813abc", "without O and I"),
        ("", "without O and I"),
    ],
)
def test_a_serial_that_is_none_is_refused_with_its_fault(serial: str, words: str) -> None:
    assert words in (str(serial_fault(serial) or ""))


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=4, max_size=4),
    st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=1, max_size=15),
)
def test_every_serial_made_by_the_rule_is_good(maker: str, own: str) -> None:
    assert serial_fault(f"{maker}{'0123456789ABCDEF'[len(own)]}{own}") is None


@pytest.mark.parametrize("registration", ["LVA123", "lvaabcdefghijk12", "LVAABCDEFGHIJK12", "LVAabcdefghijk12-xyz"])
def test_a_registration_that_is_none_or_tells_its_secret_is_refused(registration: str) -> None:
    with pytest.raises(ValidationError):
        Operator(name="x", registration=registration, registered_until=LATER, insurance_until=LATER)


def test_papers_with_a_wrong_serial_are_refused() -> None:
    with pytest.raises(ValidationError, match="says that 3 characters"):
        DronePapers(serial="15813ABCD", maintenance_due=LATER, firmware="1", firmware_approved=True)
