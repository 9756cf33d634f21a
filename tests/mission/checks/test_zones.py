"""Checks 4, 5 and 6: zones, the age of their data, permits."""

from datetime import timedelta
from typing import Any

import pytest

from mission.airspace.heights import HeightReference, Limit
from mission.airspace.permits import Permit
from mission.airspace.zones import Authority, Restriction
from mission.checks.policy import Policy
from mission.checks.verdict import Level
from tests.mission.checks.builders import NOON, airspace, level, papers, profile, run, said, square, zone
from tests.mission.checks.test_profile import Slope

ON_THE_WAY = square(0, 200, 30)


@pytest.mark.parametrize(
    ("restriction", "zones", "permits"),
    [
        (Restriction.PROHIBITED, Level.BLOCK, Level.PASS),
        (Restriction.REQ_AUTHORISATION, Level.PASS, Level.PERMIT),
        (Restriction.CONDITIONAL, Level.ACKNOWLEDGE, Level.PASS),
        (Restriction.NO_RESTRICTION, Level.WARN, Level.PASS),
    ],
)
def test_each_restriction_asks_for_its_own(restriction: Restriction, zones: Level, permits: Level) -> None:
    air = airspace(zone("LV1", ON_THE_WAY, restriction))
    assert (level("zones", airspace=air), level("permits", airspace=air)) == (zones, permits)


def test_a_prohibited_zone_is_named_with_its_reason_and_when() -> None:
    air = airspace(zone("LV1", ON_THE_WAY, reasons=("SENSITIVE",), message="Prison"))
    assert "zone LV1 Zone LV1 (SENSITIVE) is PROHIBITED: met on" in said("zones", airspace=air)
    assert "Prison" in said("zones", airspace=air)


@pytest.mark.parametrize(
    ("heights", "expected"),
    [
        ({"lower": Limit(65.0)}, Level.PASS),
        ({"lower": Limit(63.0)}, Level.BLOCK),
        ({"upper": Limit(55.0)}, Level.PASS),
        ({"lower": Limit(125.0, HeightReference.AMSL)}, Level.PASS),
        ({"lower": Limit(123.0, HeightReference.AMSL)}, Level.BLOCK),
    ],
)
def test_heights_count_with_the_contingency(heights: dict[str, Any], expected: Level) -> None:
    assert level("zones", airspace=airspace(zone("LV1", square(60, 200, 20), **heights))) is expected


@pytest.mark.parametrize(("east_m", "expected"), [(134, Level.BLOCK), (137, Level.PASS)])
def test_the_buffer_counts_and_not_just_the_track(east_m: float, expected: Level) -> None:
    assert level("zones", airspace=airspace(zone("LV1", square(east_m, 200, 20)))) is expected


def test_old_data_block_or_warn_by_the_towns_policy_and_invented_ones_fit_only_simulated_drones() -> None:
    old = airspace(age_days=40)
    assert "40 days ago" in said("zone_data", airspace=old)
    assert level("zone_data", airspace=old) is Level.BLOCK
    assert level("zone_data", airspace=old, policy=Policy(stale_zone_data_blocks=False)) is Level.WARN
    invented = airspace(synthetic=True)
    assert level("zone_data", airspace=invented) is Level.BLOCK
    assert level("zone_data", airspace=invented, simulated=True) is Level.WARN


def permit(**changes: Any) -> Permit:
    good = {"id": "p1", "reference": "LGS-7", "begins": NOON, "ends": NOON + timedelta(hours=2), "zones": ("LV1",)}
    return Permit(**{**good, **changes})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zones": ("LV2",)}, "none is stored for it"),
        ({"ends": NOON + timedelta(minutes=1)}, "permit LGS-7 is good from"),
        ({"upper": Limit(50.0)}, "permit LGS-7 allows up to 110 m above the sea"),
        ({"area": square(0, 0, 20)}, "does not cover the whole of the area flown"),
        ({"withdrawn_at": NOON}, "was withdrawn"),
        ({"operator": "LVAzzzzzzzzzzz12"}, "was given to operator LVAzzzzzzzzzzz12"),
    ],
)
def test_a_permit_that_does_not_cover_the_flight_says_why(changes: dict[str, Any], words: str) -> None:
    air = airspace(zone("LV1", ON_THE_WAY, Restriction.REQ_AUTHORISATION))
    assert words in said("permits", airspace=air, permits=(permit(**changes),))
    assert level("permits", airspace=air, permits=(permit(**changes),)) is Level.PERMIT
    assert level("permits", airspace=air, permits=(permit(**changes), permit())) is Level.PASS


def test_the_authority_to_ask_and_until_when_are_told() -> None:
    asked = Authority(name="LGS", email="uas@example.lv", interval_before=timedelta(hours=2))
    air = airspace(zone("LV1", ON_THE_WAY, Restriction.REQ_AUTHORISATION, authorities=(asked,)))
    clears = run("permits", airspace=air)[0].clears
    assert str(clears).startswith("ask LGS (uas@example.lv) for a permit before 22 Jun 2026 11:00 EEST (08:00 UTC)")


def test_a_permit_of_the_own_operator_covers() -> None:
    air = airspace(zone("LV1", ON_THE_WAY, Restriction.REQ_AUTHORISATION))
    mine = papers().operator
    assert mine
    assert level("permits", airspace=air, permits=(permit(operator=mine.registration),)) is Level.PASS


def test_a_permit_from_the_ground_up_covers_take_off_on_a_slope() -> None:
    air = airspace(zone("LV1", square(0, 0, 300), Restriction.REQ_AUTHORISATION))
    assert level("permits", airspace=air, permits=(permit(),), profile=profile(terrain=Slope())) is Level.PASS
