"""What an incident's page shows of cameras and of who goes, with words that would be code if they were not escaped."""

from typing import Any

from incidents.responders.travel import TravelPolicy
from tests.mapserver.web.working_pages import AT, HOSTILE

OFFERED_VIDEO: dict[str, Any] = {
    "camera": HOSTILE, "name": HOSTILE, "kind": "tower", "away_m": 12, "begins": AT, "ends": AT, "missing": [],
    "url": f"/api/v1/cameras/x/footage?incident={HOSTILE}",
}  # fmt: skip
WHO_AND_WHAT_SAW: dict[str, Any] = {
    "correctable": {2},
    "footage": {
        "begins": AT, "ends": AT, "blind": [], "nearest": None, "slow_kmh": 20.0, "fast_kmh": 90.0,
        "cameras": [OFFERED_VIDEO] * 3, "ways_out": [OFFERED_VIDEO],
    },
    "going": [
        {
            "kind": "inspector", "id": HOSTILE, "name": HOSTILE, "travel_s": 60, "decided": AT, "on_the_way": AT,
            "there": None, "seen": None, "done": None,
        },
    ],
    "could_go": [
        {"kind": "tower", "id": HOSTILE, "name": HOSTILE, "away_m": 5, "travel_s": 60, "walking_s": None,
         "problem": None},
        {"kind": "drone", "id": HOSTILE, "name": HOSTILE, "away_m": 5, "travel_s": 6, "walking_s": None,
         "problem": HOSTILE},
    ],
    "could_go_problem": HOSTILE,
    "travel": TravelPolicy(),
    "clocks": [
        {
            "id": HOSTILE, "city": "dobele", "source": {"kind": "body_camera", "id": HOSTILE}, "ahead_s": 3_600.0,
            "whole_hour": True, "state": "proposed", "words": 3, "incidents": 2, "changed": 1, "since": AT,
            "decided_by": HOSTILE, "decided_at": AT, "reason": HOSTILE,
        },
    ],
    "not_known": [{"code": HOSTILE, "params": {}, "text": HOSTILE}],
}  # fmt: skip
