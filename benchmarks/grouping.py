"""Grouping on invented towns with known truth, before and after somebody who knows answers, against fixed rules.

    python -m benchmarks.grouping                    the project's own towns, calm and crowded
    python -m benchmarks.grouping FOLDER …           towns of another generator (obs.jsonl, truth.jsonl, pairs.json)

The figures are of invented towns: they show the order of the methods and what an answer brings, not a real town's.
"""

import itertools
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from incidents.grouping import PersonDecision, group_observations, read_decision
from incidents.merging import default_rules, events_of
from incidents.scoring import GroupedTown, GroupingScore, KnownTruth, read_truth, score_grouping, truthful_answers
from incidents.scoring.oracle import ROUNDS
from incidents.synthetic import TownKind, write_town
from incidents.synthetic.writing import BEGINS
from telemetry.observations import Observation, read_jsonl
from telemetry.positions import distance_m

NOW = BEGINS + timedelta(days=30)
SEEDS = (1, 2, 3, 4, 5)
FIXED_RULES = tuple(itertools.product((50, 80, 120, 160, 200, 250), (0.33, 0.5, 1, 2, 4, 48), (True, False)))
"""Metres, hours, whether the category must be the same."""


def read_town(folder: Path) -> tuple[list[Observation], KnownTruth]:
    """The events of a town and its truth."""
    with (folder / "obs.jsonl").open(encoding="utf-8") as lines:
        events = events_of(read_jsonl(lines, name="obs.jsonl")).events
    return list(events), read_truth(folder)


def answered(seen: Sequence[Observation], truth: KnownTruth) -> tuple[GroupingScore, GroupingScore, int, float]:
    """The score before and after the oracle's rounds, how many questions those took, and observations a second."""
    decisions: list[PersonDecision] = []
    scores: list[GroupingScore] = []
    asked = 0
    rate = 0.0
    for turn in range(ROUNDS + 1):
        begins = time.process_time()
        grouping = group_observations(seen, now=NOW, rules=default_rules(), decisions=decisions)
        rate = rate or len(seen) / (time.process_time() - begins)
        told = GroupedTown(grouping.incident_of(), [(one.id, one.a, one.b) for one in grouping.questions])
        scores.append(score_grouping(told, truth))
        if turn < ROUNDS:
            asked += len(told.questions)
            decisions += [read_decision(answer, "the oracle") for answer in truthful_answers(told, truth)]
    return scores[0], scores[-1], asked, rate


def best_fixed_rule(seen: Sequence[Observation], truth: KnownTruth) -> GroupingScore:
    """The score of the fixed rule with the best B-cubed F1: join the newest incident with a word so near."""
    rules = default_rules()
    ordered = sorted((one for one in seen if rules[one.category].opens), key=lambda one: (one.started_at, one.id))
    pairs = _near_pairs(ordered)
    labelled = (_chain(ordered, pairs, *rule) for rule in FIXED_RULES)
    return max((score_grouping(GroupedTown(one, []), truth) for one in labelled), key=lambda one: one.b_cubed_f1)


def _near_pairs(ordered: Sequence[Observation]) -> dict[int, list[tuple[int, float, float]]]:
    """Of each word the earlier ones within 250 m and two days: number, metres, hours."""
    found: defaultdict[int, list[tuple[int, float, float]]] = defaultdict(list)
    for (a, one), (b, other) in itertools.combinations(enumerate(ordered), 2):
        if one.city != other.city or one.position is None or other.position is None:
            continue
        if abs(one.position.lat - other.position.lat) > 0.003:
            continue
        apart_m = distance_m(one.position, other.position)
        if apart_m <= 250:
            found[b].append((a, apart_m, (other.started_at - one.started_at).total_seconds() / 3600))
    return found


def _chain(
    ordered: Sequence[Observation],
    pairs: dict[int, list[tuple[int, float, float]]],
    metres: float,
    hours: float,
    same_category: bool,
) -> dict[str, str]:
    label: dict[int, int] = {}
    for number, one in enumerate(ordered):
        near = [
            label[other]
            for other, apart_m, gap_h in pairs.get(number, ())
            if apart_m <= metres and gap_h <= hours and (not same_category or ordered[other].category == one.category)
        ]
        label[number] = max(near, default=number)
    return {one.id: str(label[number]) for number, one in enumerate(ordered)}


def _row(name: str, folder: Path) -> str:
    seen, truth = read_town(folder)
    before, after, asked, rate = answered(seen, truth)
    fixed = best_fixed_rule(seen, truth)
    share = asked / max(1, after.safety_incidents)
    silent = " ".join(f"{joined}/{of}" for joined, of in after.silently_by_witness.values())
    first = f"{before.pair_f1:.3f} / {before.b_cubed_f1:.3f} / {before.over_merged:.3f}"
    last = f"{after.pair_f1:.3f} / {after.b_cubed_f1:.3f} / {after.over_merged:.3f}"
    return f"| {name} | {first} | {last} | {share:.2f} | {silent} | {fixed.b_cubed_f1:.3f} | {rate:.0f} |"


def report(towns: Iterable[tuple[str, Path]]) -> None:
    """Print the table."""
    print("| town | before: pair F1 / B-cubed / over-merged | after | questions a safety incident | ", end="")
    print("pairs joined silently, by witnesses: both, one, none | best fixed rule, B-cubed | observations/s |")
    print("|---|---|---|---|---|---|---|")
    for name, folder in towns:
        print(_row(name, folder), flush=True)


def main(folders: Sequence[str] = ()) -> None:
    """Measure the towns in `folders`, or towns of our own."""
    if folders:
        report((Path(folder).name, Path(folder)) for folder in folders)
        return
    with tempfile.TemporaryDirectory() as place:
        made = []
        for kind, seed in itertools.product(TownKind, SEEDS):
            folder = Path(place) / f"{kind.value} {seed}"
            write_town(seed, kind, folder)
            made.append((folder.name, folder))
        report(made)


if __name__ == "__main__":
    main(sys.argv[1:])
