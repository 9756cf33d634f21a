"""Runs every benchmark and writes benchmarks/RESULTS.md: `python -m benchmarks`, or `python -m benchmarks NAME …`."""

import importlib
import importlib.metadata
import io
import os
import pkgutil
import platform
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

import benchmarks

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


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; only when all were run are they written down."""
    names = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if not m.name.startswith("_"))
    if unknown := set(wanted) - set(names):
        print(f"there is no benchmark {', '.join(sorted(unknown))}; there is {', '.join(names)}", file=sys.stderr)
        return 2
    sections = []
    for name in wanted or names:
        print(f"measuring {name} …", file=sys.stderr)
        sections.append(_section(name))
        print(sections[-1])
    if not wanted:
        part = RESULTS.with_suffix(".part")
        part.write_text("\n".join([_head(datetime.now(UTC)), *sections]), encoding="utf-8")
        part.replace(RESULTS)
    return 0


def _section(name: str) -> str:
    """What the benchmark says of itself and what it prints."""
    module = importlib.import_module(f"benchmarks.{name}")
    with redirect_stdout(io.StringIO()) as printed:
        module.main()
    claim, _, detail = (module.__doc__ or "").strip().partition("\n\n")
    return f"## {name}: {claim}\n\n{' '.join(detail.split())}\n\n{printed.getvalue().strip()}\n"


def _head(at: datetime) -> str:
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in VERSIONS)
    return (
        f"# Benchmarks\n\nWritten by `make bench` on {at:%Y-%m-%d}.\n\n"
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
