"""Zone data are doubted when they are missing, old, not of the day, or invented."""

from datetime import timedelta
from typing import Any

import pytest

from mission.airspace.data_set import DataSet, DoubtKind, doubts
from tests.mission.airspace.builders import NOON

DAY = timedelta(days=1)


def kinds(**more: Any) -> list[DoubtKind]:
    data = DataSet("national", "ED-269", "ab" * 32, **{"loaded_at": NOON - DAY, **more})
    return [doubt.kind for doubt in doubts([data], NOON, NOON + timedelta(hours=1), now=NOON)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"valid_from": NOON - DAY, "valid_until": NOON + DAY}, []),
        ({"valid_until": NOON + timedelta(minutes=30)}, [DoubtKind.EXPIRED]),
        ({"valid_from": NOON + timedelta(minutes=30)}, [DoubtKind.NOT_YET_VALID]),
        ({"loaded_at": NOON - 29 * DAY}, [DoubtKind.TOO_OLD]),
        ({"issued": NOON - 29 * DAY}, [DoubtKind.TOO_OLD]),
        ({"issued": NOON - 27 * DAY, "loaded_at": NOON - 29 * DAY}, []),
        ({"synthetic": True}, [DoubtKind.SYNTHETIC]),
    ],
)
def test_each_doubt_by_name(facts: dict[str, Any], expected: list[DoubtKind]) -> None:
    assert kinds(**facts) == expected


def test_no_data_is_not_a_free_sky() -> None:
    assert [doubt.kind for doubt in doubts([], NOON, NOON, now=NOON)] == [DoubtKind.MISSING]
