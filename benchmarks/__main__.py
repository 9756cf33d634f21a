"""Runs benchmarks: `python -m benchmarks` all of them but BY_NAME, into benchmarks/RESULTS.md.

`python -m benchmarks NAME …` runs some, to be looked at; with `--keep` those take their places in RESULTS.md. Every
section says when it was measured, and how busy the machine was.
"""

import importlib
import importlib.metadata
import io
import os
import pkgutil
import platform
import re
import sys
import time
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import benchmarks
from telemetry.files import write_whole

BY_NAME = frozenset({"scale", "search"})
"""Run only when they are named, since they take a quarter of an hour and more."""
RESULTS = Path(__file__).with_name("RESULTS.md")
VERSIONS = (
    "av",
    "mavsdk",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "ortools",
    "pymavlink",
    "pyvrp",
    "scipy",
    "shapely",
)


def main(given: list[str]) -> int:
    """Run the benchmarks named, or all but BY_NAME; 1 when one missed what it claims, which its section says."""
    keep, wanted = "--keep" in given, [name for name in given if name != "--keep"]
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.name.startswith("_"))
    if unknown := set(wanted) - set(names):
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there is {', '.join(names)}", file=sys.stderr)
        return 2
    failed = False
    for name in wanted or [name for name in names if name not in BY_NAME]:
        print(f"measuring {name} …", file=sys.stderr)
        section, missed = _section(name)
        failed = failed or missed
        print(section)
        if keep or not wanted:
            _write(name, section, names)
    return int(failed)


def _section(name: str) -> tuple[str, bool]:
    """What the benchmark says of itself and what it prints, and whether it missed what it claims."""
    module = importlib.import_module(f"benchmarks.{name}")
    begun, load = time.monotonic(), os.getloadavg()[0]
    missed = ""
    with redirect_stdout(io.StringIO()) as printed:
        try:
            module.main()
        except SystemExit as stop:
            missed = f"\n\n**Missed:** {stop.code}" if stop.code else ""
    took = time.monotonic() - begun
    claim, _, detail = (module.__doc__ or "").strip().partition("\n\n")
    today, after = datetime.now(UTC), os.getloadavg()[0]
    when = f"Measured on {today:%Y-%m-%d} in {took:.0f} s; load before {load:.1f}, after {after:.1f}."
    return (
        f"## {name}: {claim}\n\n{' '.join(detail.split())}\n\n{when}\n\n{printed.getvalue().strip()}{missed}\n",
        bool(missed),
    )


def _write(name: str, section: str, names: list[str]) -> None:
    """Put a section in its place among those that are there."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    found = {part.partition(":")[0]: f"## {part}" for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}
    found[name] = section
    kept = [found[one].rstrip() + "\n" for one in names if one in found]
    write_whole(RESULTS, "\n".join([_head(), *kept]))


def _head() -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    return (
        "# Benchmarks\n\nWritten by `make bench`. The load counts what else the machine did; it has two cores.\n\n"
        f"- Machine: {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}\n"
        f"- Python {platform.python_version()}; {versions}\n"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
