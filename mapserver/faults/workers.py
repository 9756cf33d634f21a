"""What is told of the server's background workers: as faults, and in a file that `vanagas doctor` reads.

Starts and stops none.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from mapserver.faults.registry import Faults
from mapserver.faults.values import Amiss, Inspection, Sound
from telemetry.clock import Clock, as_utc, iso
from telemetry.errors import VanagasError
from telemetry.files import write_whole
from telemetry.messages import Message
from telemetry.supervision import Supervisor, WorkerReport, WorkerState

REPORT_S = 10.0
"""How often the file is written."""
OLD = timedelta(seconds=60)
"""A file of a living server that is older says that it stands still, or has no disk to write to."""
FILE = "workers.json"
RESTART = Message("faults.restart_server")


class WorkerFaults:
    """Makes each failure of a worker a fault that stands until the worker works again."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def failed(self, name: str, error: Exception) -> None:
        """The worker `name` failed with `error`."""
        what = Message("faults.worker_failed", worker=name)
        unexpected = None if isinstance(error, VanagasError) else error
        said = next(iter(str(error).splitlines()), type(error).__name__)
        self._faults.begin(
            f"worker {name}", Amiss(what, Message("faults.worker_remedy", reason=said)), error=unexpected
        )

    def recovered(self, name: str) -> None:
        """It works again."""
        self._faults.end(f"worker {name}")


def silence_inspection(workers: Supervisor) -> Inspection:
    """Whether a worker of this server hangs."""
    return Inspection("workers", lambda: _judge_silent(workers.reports()))


def as_json(report: WorkerReport) -> dict[str, Any]:
    """One worker, for an administrator."""
    return {
        "name": report.name,
        "state": report.state,
        "since": iso(report.since),
        "restarts": report.restarts,
        "fault": report.fault,
    }


def write_reports(folder: Path, workers: Supervisor, clock: Clock) -> None:
    """Write how each worker is to the data folder. A disk that takes nothing is told of by others."""
    said = {
        "process": os.getpid(),
        "at": iso(clock.now()),
        "workers": [as_json(report) for report in workers.reports()],
    }
    with suppress(VanagasError):
        write_whole(folder / FILE, json.dumps(said))


def worker_inspections(folder: Path, now: Callable[[], datetime]) -> Iterator[Inspection]:
    """One for each worker of the server that runs on the data folder, by what it wrote last; one where none runs."""
    try:
        said = json.loads((folder / FILE).read_text())
        at = as_utc(datetime.fromisoformat(said["at"]))
        process = int(said["process"])
        reports = [_from_json(one) for one in said["workers"]]
    except FileNotFoundError:
        yield Inspection("workers", lambda: Sound(Message("faults.no_server_ran")))
        return
    except (OSError, ValueError, KeyError, TypeError) as error:
        unreadable = Sound(Message("faults.workers_unread", file=FILE, reason=str(error)), doubt=True)
        yield Inspection("workers", lambda: unreadable)
        return
    if not _lives(process):
        yield Inspection("workers", lambda: Sound(Message("faults.no_server_runs", at=at)))
        return
    if now() - at > OLD:
        yield Inspection("workers", partial(_stands_still, at))
    for report in reports:
        yield Inspection(f"worker {report.name}", partial(_judge, report))


def _judge(report: WorkerReport) -> Sound | Amiss:
    if report.state is WorkerState.FAILING:
        what = Message("faults.worker_fails", since=report.since, restarts=report.restarts)
        return Amiss(what, Message("faults.worker_remedy", reason=report.fault or ""))
    if report.state is WorkerState.SILENT:
        return Amiss(Message("faults.worker_silent", restarts=report.restarts), RESTART)
    return Sound(Message(f"faults.worker_states.{report.state}", since=report.since, restarts=report.restarts))


def _judge_silent(reports: Sequence[WorkerReport]) -> Sound | Amiss:
    silent = [report.name for report in reports if report.state is WorkerState.SILENT]
    if silent:
        named = ", ".join(silent)
        return Amiss(Message("faults.workers_silent"), Message("faults.workers_silent_remedy", workers=named))
    return Sound(Message("faults.workers_run", count=len(reports)))


def _stands_still(at: datetime) -> Amiss:
    return Amiss(
        Message("faults.server_stands_still", at=at),
        Message("faults.server_stands_still_remedy"),
    )


def _from_json(said: dict[str, Any]) -> WorkerReport:
    return WorkerReport(
        str(said["name"]),
        WorkerState(said["state"]),
        as_utc(datetime.fromisoformat(said["since"])),
        int(said["restarts"]),
        said["fault"],
    )


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        return True
    return True
