"""Whether a plate is one that is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.errors import BadInput
from vision.plates.watch_list_match import Match, fold, match, normal_pattern

PLATES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=3, max_size=8)


@pytest.mark.parametrize(
    ("wanted", "read", "how"),
    [
        ("kv-2417", "KV2417", Match.EXACT),
        ("KV 24?7", "KV2417", Match.EXACT),
        ("KV24*", "KV2417", Match.EXACT),
        ("KV24*", "KV24", Match.EXACT),
        ("ABO 123", "AB0123", Match.ALIKE),
        ("ABD 118", "A80IIB", Match.ALIKE),
        ("KV-2417", "KV2418", None),
        ("KV-2417", "AKV2417", None),
        ("KV24?", "KV24", None),
    ],
)
def test_a_plate_fits_or_does_not(wanted: str, read: str, how: Match | None) -> None:
    assert match(normal_pattern(wanted), read) is how


@given(PLATES)
def test_every_plate_fits_itself_and_what_looks_like_it(plate: str) -> None:
    assert match(normal_pattern(plate), plate) is Match.EXACT
    assert match(normal_pattern(plate), fold(plate)) is not None


@pytest.mark.parametrize("open_to_all", ["", "*", "??????", "A*1", "-- --", "?" * 30 + "ABC"])
def test_what_would_watch_everybody_or_is_no_plate_is_refused(open_to_all: str) -> None:
    with pytest.raises(BadInput, match="the plate"):
        normal_pattern(open_to_all)
