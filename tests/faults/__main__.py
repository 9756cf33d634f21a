"""`make faults`: every fault as often as it takes to believe it, with a closing table; exit 1 when one did not hold.

`python -m tests.faults kill=20 disk=1` does some, so often.
"""

import random
import sys

from rich.console import Console
from rich.table import Table

from tests.faults.scenarios import SCENARIOS, SEED, Outcome


def main(given: list[str]) -> int:
    """Run the faults that are named, or all."""
    wanted = dict(one.split("=", 1) for one in given) or {name: str(runs) for name, (_, runs) in SCENARIOS.items()}
    if unknown := set(wanted) - set(SCENARIOS):
        print(f"there is no fault {', '.join(sorted(unknown))}; there is {', '.join(SCENARIOS)}", file=sys.stderr)
        return 2
    outcomes = []
    for name, runs in wanted.items():
        print(f"{name}: {runs} times …", file=sys.stderr)
        outcomes.append(SCENARIOS[name][0](int(runs), random.Random(SEED)))
    Console().print(_table(outcomes))
    return 0 if all(outcome.held for outcome in outcomes) else 1


def _table(outcomes: list[Outcome]) -> Table:
    columns = ("Fault", "Runs", "Acknowledged", "Lost", "Doubled", "Lines: failure", "recovery", "Held")
    table = Table(*columns, title=f"faults, seed {SEED}")
    for one in outcomes:
        held = "yes" if one.held else "; ".join(("NO", *one.remarks))
        numbers = (one.runs, one.acknowledged, one.lost, one.doubled, one.failures_logged, one.recoveries_logged)
        table.add_row(one.fault, *map(str, numbers), held)
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
