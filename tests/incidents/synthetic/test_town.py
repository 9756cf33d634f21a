"""Invented towns."""

import json
import math
from pathlib import Path

import pytest

from incidents.synthetic import TownKind, generate_town, write_town
from telemetry.observations import read_jsonl


def test_a_seed_gives_the_same_files_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_town(7, TownKind.CALM, tmp_path / name)
    for file in ("obs.jsonl", "truth.jsonl", "pairs.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_every_line_is_an_observation_with_a_truth(tmp_path: Path) -> None:
    write_town(1, TownKind.CALM, tmp_path)
    with (tmp_path / "obs.jsonl").open(encoding="utf-8") as lines:
        seen = list(read_jsonl(lines, name="obs.jsonl"))
    truth = {json.loads(line)["id"] for line in (tmp_path / "truth.jsonl").read_text("utf-8").splitlines()}
    assert {one.id for one in seen} == truth
    assert len(seen) > len(truth), "some are sent twice"


@pytest.mark.parametrize("kind", TownKind)
def test_planted_pairs_are_two_safety_incidents(kind: TownKind) -> None:
    town = generate_town(2, kind)
    safety = {spoken.incident for spoken in town.spoken if spoken.safety}
    assert all(a != b and {a, b} <= safety for a, b, _ in town.pairs)


def test_one_body_camera_is_an_hour_off() -> None:
    """Its words of a story that others tell of lie an hour from theirs."""
    town = generate_town(3, TownKind.CROWDED)
    first: dict[str | None, float] = {}
    for spoken in town.spoken:
        if spoken.source_kind == "report":
            first[spoken.incident] = min(spoken.at_s, first.get(spoken.incident, math.inf))
    off = {
        spoken.source_id
        for spoken in town.spoken
        if spoken.source_kind == "body_camera"
        and spoken.incident in first
        and not -1_500 < spoken.at_s - first[spoken.incident] < 3_000
    }
    assert len(off) == 1
