"""What pages about the work on incidents are given, every text of it hostile."""

from typing import Any

AT = "2026-01-15T01:02:03.000Z"
HOSTILE = "<script>alert(1)</script>"

REFERRAL = {
    "id": HOSTILE, "incident_id": HOSTILE, "title": HOSTILE, "severity": 3, "city": "dobele", "service_title": HOSTILE,
    "channel": "email", "address": HOSTILE, "phone": HOSTILE, "asked_by": HOSTILE, "asked_at": AT, "due_at": AT,
    "overdue": False, "state": "accepted", "answer": HOSTILE, "answered_at": AT, "told_at": None, "problem": HOSTILE,
    "tries_again_at": AT, "status_link": HOSTILE, "simulated": True,
}  # fmt: skip
_ON_SHIFT = {"person": HOSTILE, "role": "coordinator", "city": "dobele", "begins": AT, "ends": AT}
_HEADLINE = {
    "id": HOSTILE, "title": HOSTILE, "severity": 3, "city": "dobele", "state": "new", "opened_at": AT,
    "simulated": True,
}  # fmt: skip
REFERRALS: dict[str, Any] = {
    "mentions": [
        {
            "id": HOSTILE,
            "title": HOSTILE,
            "severity": 3,
            "city": "dobele",
            "said_by": HOSTILE,
            "text": HOSTILE,
            "at": AT,
            "read_at": None,
            "simulated": True,
        }
    ],
    "handover": {
        "since": AT,
        "at": AT,
        "open": [_HEADLINE],
        "asked": [{"a": HOSTILE, "text": HOSTILE}],
        "changed": [{"incident": _HEADLINE, "entries": 2, "last": {"at": AT, "who": HOSTILE, "text": HOSTILE}}],
        "overdue": [REFERRAL],
        "expected": [REFERRAL],
        "returned": [REFERRAL],
        "on_shift": [_ON_SHIFT],
        "next": [_ON_SHIFT],
    },
    "referrals": [
        {**REFERRAL, "state": "asked", "overdue": True},
        {**REFERRAL, "channel": "by_hand"},
        {**REFERRAL, "state": "done", "told_at": AT},
        {**REFERRAL, "state": "not_ours"},
    ],
    "referral": {**REFERRAL, "number": HOSTILE, "first_at": AT, "place": {"lat": 56.6, "lon": 23.3, "accuracy_m": 9.0}},
    "answers": ["accepted", "done"],
    "secret": HOSTILE,
    "services": [
        {
            "name": HOSTILE,
            "title": HOSTILE,
            "categories": ["theft"],
            "channel": "email",
            "address": HOSTILE,
            "phone": HOSTILE,
            "due_h": 24.0,
        }
    ],
}
