"""When evidence is due: judged against an oracle of its own, and never early."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from incidents.retention.evidence import due, read_history
from incidents.retention.policy import RetentionPolicy
from telemetry.errors import BadInput

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
TOWNS = ["dobele", "siauliai"]
PURPOSES = ["patrol", "traffic", "entrances"]
SOURCES = ["body_camera:BC-1", "body_camera:BC-2", "tower:TWR-1", "drone"]
CATEGORIES = ["fight", "parking", "uncategorised", "fire"]
POLICY: dict[str, Any] = {
    "picture_days": 90,
    "keep": [{"city": "dobele", "purpose": "traffic", "picture_days": 14}, {"purpose": "traffic", "picture_days": 30}],
    "evidence": [
        {"days": 30, "source": "body_camera"},
        {"days": 7, "source": "BC-2", "city": "dobele"},
        {"days": 365, "category": "fight"},
        {"days": 1095, "category": "fight", "city": "dobele", "purpose": "patrol"},
        {"days": 60, "category": "parking", "source": "body_camera:BC-1"},
        {"days": 3.5, "purpose": "entrances", "source": "drone"},
    ],
}


def oracle(raw: dict[str, Any]) -> int | None:
    """Microseconds since 1970 until which it is kept; None for always. Written from the rules, over plain JSON."""
    if raw.get("case") or raw.get("hold"):
        return None
    kind, colon, unit = raw["source"].partition(":")
    days: list[float] = []
    for entry in POLICY["evidence"]:
        fits = True
        if "city" in entry and entry["city"] != raw["town"]:
            fits = False
        if "purpose" in entry and entry["purpose"] != raw["purpose"]:
            fits = False
        if "category" in entry and entry["category"] not in (raw.get("categories") or []):
            fits = False
        if "source" in entry and entry["source"] not in {kind, unit if colon else kind, raw["source"]}:
            fits = False
        if fits:
            days.append(entry["days"])
    if not days:
        picture = 90
        if raw["purpose"] == "traffic":
            picture = 14 if raw["town"] == "dobele" else 30
        days = [picture]
    until = micros(raw["recorded_at"]) + round(max(days) * DAY_US)
    if raw.get("queued_at"):
        until = max(until, micros(raw["queued_at"]) + 7 * DAY_US)
    return -(-until // 1000) * 1000


def micros(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1)


def moment(random_: random.Random) -> str:
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(microseconds=random_.randrange(3 * 366 * DAY_US))
    if random_.random() < 0.5:
        at = at.replace(microsecond=0)
    return at.isoformat()


def histories(count: int, seed: int) -> Iterator[dict[str, Any]]:
    chosen = random.Random(seed)
    for number in range(count):
        raw: dict[str, Any] = {
            "id": f"e{number}",
            "town": chosen.choice(TOWNS),
            "purpose": chosen.choice(PURPOSES),
            "source": chosen.choice(SOURCES),
            "recorded_at": moment(chosen),
            "categories": chosen.sample(CATEGORIES, chosen.randrange(4)),
        }
        if chosen.random() < 0.15:
            raw["case"] = chosen.choice(["C-7", "", None])
        if chosen.random() < 0.15:
            raw["hold"] = chosen.choice([True, False, None, "prosecutor"])
        if chosen.random() < 0.3:
            raw["queued_at"] = chosen.choice([moment(chosen), None])
        yield raw


def agree(count: int, seed: int) -> None:
    policy = RetentionPolicy.model_validate(POLICY)
    for raw in histories(count, seed):
        found = due(policy, read_history(raw))
        at = None if found.due_at is None else micros(found.due_at.isoformat())
        assert at == oracle(raw), raw
        assert at is None or at >= micros(raw["recorded_at"]) + round(3.5 * DAY_US)
        assert found.public()["because"]


def test_a_sample_agrees_with_the_oracle() -> None:
    agree(4_000, seed=1)


@pytest.mark.whole
def test_a_hundred_thousand_histories_agree_with_the_oracle() -> None:
    agree(100_000, seed=2)


HISTORY = {"id": "e1", "town": "dobele", "purpose": "patrol", "source": "body_camera:BC-1",
           "recorded_at": "2026-01-01T00:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "due_at", "code"),
    [
        ({}, "2026-01-31T00:00:00.000Z", "retention.kept"),
        ({"categories": ["parking", "fight"]}, "2028-12-31T00:00:00.000Z", "retention.kept"),
        ({"case": "C-1", "queued_at": "2026-01-02T00:00:00Z"}, None, "retention.in_case"),
        ({"hold": True}, None, "retention.held"),
        ({"queued_at": "2026-01-30T00:00:00Z"}, "2026-02-06T00:00:00.000Z", "retention.undo"),
        ({"queued_at": "2026-01-02T00:00:00Z"}, "2026-01-31T00:00:00.000Z", "retention.kept"),
        ({"source": {"kind": "body_camera", "id": "BC-2"}}, "2026-01-31T00:00:00.000Z", "retention.kept"),
    ],
)
def test_the_longest_counts_a_case_and_a_hold_stay_and_seven_days_can_be_undone(
    more: dict[str, Any], due_at: str | None, code: str
) -> None:
    found = due(RetentionPolicy.model_validate(POLICY), read_history({**HISTORY, **more}))
    assert (found.public()["due_at"], found.because.code) == (due_at, code)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"town": "atlantis"}, "town"),
        ({"recorded_at": "2026-01-01T00:00:00"}, "recorded_at"),
        ({"recorded_at": None}, "recorded_at"),
        ({"categories": "fight"}, "categories"),
        ({"purpose": ""}, "purpose"),
    ],
)
def test_a_history_that_cannot_be_judged_is_refused_by_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput, match=field):
        read_history({**HISTORY, **more})
