"""What the page of cameras is rendered with in the tests of templates."""

from typing import Any

from tests.mapserver.web.working_pages import AT, HOSTILE

_SETUP: dict[str, Any] = {
    "id": HOSTILE, "name": HOSTILE, "city": "dobele", "simulated": True, "rule_count": 1, "source": "usual", "masks": 0,
    "ground": None,
}  # fmt: skip
_HEALTH: dict[str, Any] = {
    "video": "lost", "error": HOSTILE, "last_frame": AT, "last_event": None, "last_heartbeat": None,
    "clock_ahead_s": 3.0, "quarantined": 1, "quarantined_share": 0.5,
}  # fmt: skip
_CAMERA: dict[str, Any] = {
    **_SETUP, "position": {"lat": 56.6, "lon": 23.3}, "azimuth_deg": 0.0, "hfov_deg": 70.0, "range_m": 80.0,
    "reads_plates": True, "mast_m": None, "make": HOSTILE, "serial": HOSTILE, "device_names": [HOSTILE],
    "watches": HOSTILE, "purpose": "traffic", "rules": "crossing", "maintainer": HOSTILE, "retired_at": AT,
    "streams": {"main": HOSTILE, "sub": HOSTILE, "transport": "udp", "recorded": False}, "health": _HEALTH,
}  # fmt: skip
CAMERAS_PAGE: dict[str, Any] = {
    "cameras": [_CAMERA],
    "retired": [_CAMERA],
    "units": [{**_SETUP, "kind": "tower", "video": True}],
    "keeps_registry": True,
    "towns": [("dobele", "Dobele")],
    "rule_sets": ["crossing"],
    "outcome": {
        "added": [], "changed": [], "unchanged": [], "refused": [{"line": 2, "reason": HOSTILE}],
    },
    "dry_run": True,
    "typed": _CAMERA,
}  # fmt: skip
