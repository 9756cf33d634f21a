"""The recorder of one flight: takes every record at once, and has it in a file and in the database as soon as they can.

Nothing waits for it. While the database fails it is tried again and again; what a process leaves behind unapplied is
applied from the file by the next (`recover`).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from sqlalchemy.exc import DataError, IntegrityError

from mission.flights import record_writer
from mission.flights.record_file import SUFFIX, RecordFile
from mission.flights.records import FlightRecord, NumberedRecord, WarningRecord
from mission.flights.warnings import OnWarning
from telemetry.errors import NotFound, OwnedElsewhere
from telemetry.failures import FailureLog
from telemetry.store import STORE_ERRORS, Store

log = logging.getLogger(__name__)

RETRY_S = 1.0
"""Between two tries of a database or a disk that fails."""
AT_ONCE = 200
"""Records in one transaction."""


class FlightRecorder:
    """Keeps the records of one flight from `start` to `close`."""

    def __init__(
        self,
        store: Store,
        flight_id: str,
        *,
        folder: Path | None,
        applied: int,
        fence: int = 0,
        heard_by: str = "",
        on_warning: OnWarning | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        """`folder` keeps the file, None to keep none; `applied` is the number of the flight's last applied record.

        `fence` is that of the lease of its link, `heard_by` the id of this server.
        """
        self._store = store
        self._flight_id = flight_id
        self._file: RecordFile | None = None
        if folder is not None:
            self._file = RecordFile(folder / f"{flight_id}{SUFFIX}")
        self._on_warning = on_warning
        self._retry_s = retry_s
        self._number = applied
        self._fence = fence
        self._heard_by = heard_by
        self._unapplied: deque[NumberedRecord] = deque()
        self._unwritten: deque[NumberedRecord] = deque()
        self._news = asyncio.Event()
        self._to_write = asyncio.Event()
        self._drained = asyncio.Event()
        self._drained.set()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix=f"records of {flight_id}")
        self._tasks: list[asyncio.Task[None]] = []
        self._store_fails = FailureLog(f"the records of flight {flight_id} wait for the database")
        self._file_fails = FailureLog(f"the records of flight {flight_id} are in memory only")

    def start(self) -> None:
        """Begin to write."""
        self._tasks = [asyncio.create_task(self._keep_applying())]
        if self._file is not None:
            self._tasks.append(asyncio.create_task(self._keep_writing(self._file)))

    def record(self, record: FlightRecord) -> None:
        """Take one record. Returns at once, whatever disk and database do."""
        self._number += 1
        numbered = NumberedRecord(self._number, record, self._fence)
        self._unapplied.append(numbered)
        self._drained.clear()
        self._news.set()
        if self._file is not None:
            self._unwritten.append(numbered)
            self._to_write.set()

    async def drained(self) -> None:
        """Wait until the database has taken every record so far."""
        await self._drained.wait()

    async def close(self, *, wait_s: float = 5.0) -> None:
        """Have the database take what is left, for `wait_s` seconds at most; the file goes once it has all of it."""
        try:
            async with asyncio.timeout(wait_s):
                await self.drained()
        except TimeoutError:
            log.warning("%d records of flight %s are left in its file", len(self._unapplied), self._flight_id)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._file is not None:  # a disk that is slow must not hold up the orders of another flight
            await asyncio.get_running_loop().run_in_executor(self._threads, self._leave, self._file)
        self._threads.shutdown(wait=False)

    def _leave(self, file: RecordFile) -> None:
        """The file has what the database has not taken, or goes."""
        try:
            if self._unapplied:
                file.append(self._unwritten)
            else:
                file.remove()
        except OSError as error:
            self._file_fails.failed(error)

    async def _keep_applying(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            self._news.clear()
            while self._unapplied:
                batch = _batch(self._unapplied)
                try:
                    await loop.run_in_executor(self._threads, self._apply, batch)
                except (*STORE_ERRORS, OSError) as error:
                    self._store_fails.failed(error)
                    await asyncio.sleep(self._retry_s)
                    continue
                self._store_fails.worked()
                for _ in batch:
                    self._unapplied.popleft()
            self._drained.set()

    async def _keep_writing(self, file: RecordFile) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._to_write.wait()
            self._to_write.clear()
            while self._unwritten:
                batch = list(self._unwritten)
                try:
                    await loop.run_in_executor(self._threads, file.append, batch)
                except OSError as error:
                    self._file_fails.failed(error)
                    await asyncio.sleep(self._retry_s)
                    continue
                self._file_fails.worked()
                for _ in batch:
                    self._unwritten.popleft()

    def _apply(self, batch: Sequence[NumberedRecord]) -> None:
        """On a thread. Raises STORE_ERRORS, OSError when the store fails."""
        apply = partial(record_writer.apply, self._store, self._flight_id, heard_by=self._heard_by)
        _apply_all(apply, self._flight_id, batch, self._on_warning, self._reject)

    def _reject(self, numbered: NumberedRecord) -> None:
        if self._file is not None:
            self._file.reject(numbered)


def recover(store: Store, folder: Path, on_warning: OnWarning | None = None) -> list[str]:
    """Apply what earlier processes left unapplied in the files of `folder`; gives the ids of those flights.

    Raises STORE_ERRORS when the store fails: nothing is lost then, call it again.
    """
    found = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        flight_id = path.name.removesuffix(SUFFIX)
        file = RecordFile(path)
        try:
            last = record_writer.applied(store, flight_id)
            left = [numbered for numbered in file.read() if numbered.number > last]
        except (NotFound, OSError) as error:  # no reason to leave the other flights alone
            log.error("the records of flight %s stay in %s: %s", flight_id, path.name, error)
            continue
        if left:
            _apply_all(partial(record_writer.apply, store, flight_id), flight_id, left, on_warning, file.reject)
            log.warning("%d records of flight %s from before the restart were applied", len(left), flight_id)
            found.append(flight_id)
        file.remove()
    return found


def _apply_all(
    apply: Callable[[Sequence[NumberedRecord]], None],
    flight_id: str,
    records: Sequence[NumberedRecord],
    on_warning: OnWarning | None,
    reject: Callable[[NumberedRecord], None],
) -> None:
    """Apply `records`; one that can never be is rejected, so that it keeps no other waiting."""
    for numbered in records:
        if isinstance(numbered.record, WarningRecord) and on_warning is not None:
            _pass_on(numbered.record, on_warning)
    try:
        apply(records)
    except OwnedElsewhere:
        log.error("%d records of flight %s are kept aside: another server has it now", len(records), flight_id)
        for numbered in records:
            reject(numbered)
    except Exception as error:
        if isinstance(error, (*STORE_ERRORS, OSError)) and not isinstance(error, DataError | IntegrityError):
            raise
        if len(records) > 1:
            for numbered in records:
                _apply_all(apply, flight_id, [numbered], None, reject)
            return
        log.exception("record %d of flight %s cannot be applied", records[0].number, flight_id)
        reject(records[0])


def _pass_on(record: WarningRecord, on_warning: OnWarning) -> None:
    """Taken twice it changes nothing, so it is passed on before its number is kept. Raises STORE_ERRORS, OSError."""
    try:
        on_warning(record.warning)
    except (*STORE_ERRORS, OSError):
        raise
    except Exception:
        log.exception("a warning of flight %s was not passed on", record.warning.flight_id)


def _batch(records: deque[NumberedRecord]) -> list[NumberedRecord]:
    return [records[n] for n in range(min(len(records), AT_ONCE))]
