"""The attention that a zone wants: what no schedule could ever give is refused when it is said."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from mission.zones.attention import Attention, TimeWindow


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"dwell_min": 60, "revisit_min": 10}, "must fit into the revisit interval"),
        ({"dwell_min": 60, "windows": [{"begins": "10:00", "ends": "10:30"}]}, "shorter than the dwell of 60 min"),
        ({"windows": [{"begins": "10:00", "ends": "10:00"}]}, "it has no length"),
        ({"windows": [{"days": []}]}, "on no day of the week"),
        ({"windows": [{"begins": "08:00Z", "ends": "10:00"}]}, "in the town's own time"),
        ({"windows": [{"begins": "08:00", "ends": "10:00+02:00"}]}, "in the town's own time"),
        ({"served_by": []}, "no kind of unit may serve it"),
    ],
)
def test_attention_that_nobody_could_give_is_refused(said: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Attention.model_validate(said)
    assert words in str(refused.value)


def test_a_window_over_midnight_lasts_into_the_morning() -> None:
    window = TimeWindow.model_validate({"begins": "22:00", "ends": "04:00"})
    assert window.lasts() == timedelta(hours=6)
    assert Attention(windows=(window,), dwell_min=360).dwell_min == 360
