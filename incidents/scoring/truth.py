"""The files that a score is made of: an invented town's truth, and a grouping in either form of `vanagas merge`."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telemetry.errors import BadInput
from telemetry.messages import Message


@dataclass(frozen=True)
class KnownTruth:
    """What is true of an invented town."""

    incident: dict[str, str | None]
    """The true incident of each observation; None for passing sights."""
    kind: dict[str, str]
    safety: dict[str, bool]
    accuracy_m: dict[str, float]
    pairs: list[tuple[str, str]]
    """True safety incidents that lie close together."""

    def of_incidents(self) -> dict[str, str]:
        """The true incident of each observation that has one."""
        return {observation: incident for observation, incident in self.incident.items() if incident is not None}


@dataclass(frozen=True)
class GroupedTown:
    """What a grouping says."""

    incident_of: dict[str, str]
    """The incident of each observation that is in one."""
    questions: list[tuple[str, str, str]]
    """Open questions: their id and the two incidents they ask of."""


def read_truth(folder: Path) -> KnownTruth:
    """`obs.jsonl`, `truth.jsonl` and `pairs.json` of `folder`. Raises BadInput."""
    incident: dict[str, str | None] = {}
    kind: dict[str, str] = {}
    safety: dict[str, bool] = {}
    accuracy: dict[str, float] = {}
    try:
        for row in _rows(folder / "truth.jsonl"):
            incident[row["id"]] = row["incident"]
            kind[row["id"]] = row["kind"]
            safety[row["id"]] = row["safety"]
        for row in _rows(folder / "obs.jsonl"):
            place = row.get("position") or {}
            accuracy[row["id"]] = float(place.get("accuracy_m", 1e6))
        pairs = [(pair[0], pair[1]) for pair in _json(folder / "pairs.json")]
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadInput(Message("scoring.not_a_town", folder=folder)) from error
    return KnownTruth(incident, kind, safety, accuracy, pairs)


def read_grouping(path: Path) -> GroupedTown:
    """What `vanagas merge` wrote, with questions or as the plain list. Raises BadInput."""
    return grouping_of(_json(path), str(path))


def grouping_of(said: Any, name: str) -> GroupedTown:
    """The grouping in decoded JSON. Raises BadInput naming `name`."""
    try:
        incidents = said
        questions = []
        if isinstance(said, dict):
            incidents = said["incidents"]
            questions = [(question["id"], question["a"], question["b"]) for question in said["questions"]]
        incident_of = {member: one["id"] for one in incidents for member in one["observation_ids"]}
    except (KeyError, TypeError) as error:
        raise BadInput(Message("scoring.not_a_grouping", path=name)) from error
    return GroupedTown(incident_of, questions)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    except ValueError as error:
        raise BadInput(Message("scoring.not_json", path=path, reason=error)) from error


def _rows(path: Path) -> Iterator[Any]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise BadInput(Message("files.unreadable", name=path, reason=error.strerror)) from error
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError as error:
            raise BadInput(Message("scoring.not_json", path=path, reason=error)) from error
