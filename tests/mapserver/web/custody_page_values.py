"""What the pages of body cameras are given, every text of it hostile."""

from typing import Any

from tests.mapserver.web.working_pages import AT, HOSTILE

_CAMERA: dict[str, Any] = {
    "id": HOSTILE, "name": HOSTILE, "city": "dobele", "state": "offloading", "holder": HOSTILE, "since": AT,
    "stored": "unverified", "battery": 0.5, "free_bytes": 9_000_000_000, "read_at": AT, "offered_to": HOSTILE,
    "offload": {"name": HOSTILE, "done_bytes": 1, "total_bytes": 2}, "files_waiting": 1, "files_verified": 2,
    "possible": ["return"], "simulated": True, "problem": HOSTILE, "offered": ["return", "clear"], "unused": True,
}  # fmt: skip
_MINE: dict[str, Any] = {
    "mine": {**_CAMERA, "state": "issued"}, "offered": _CAMERA, "last": None, "cameras": [], "chosen": "",
    "typed": HOSTILE,
}  # fmt: skip
_DOCK: dict[str, Any] = {
    "cameras": [_CAMERA, {**_CAMERA, "holder": None, "battery": None, "free_bytes": None, "state": "lost"}]
}
_TAKING: dict[str, Any] = {
    "mine": None,
    "offered": None,
    "last": _CAMERA,
    "cameras": [_CAMERA],
    "chosen": HOSTILE,
    "typed": HOSTILE,
}
CUSTODY_PAGES: dict[str, dict[str, Any]] = {
    "custody/page.html": _MINE,
    "custody/_mine.html": _TAKING,
    "custody/dock.html": _DOCK,
    "custody/_dock_rows.html": _DOCK,
}
