"""The storage probe: it really writes, one at a time, and whoever asks has an answer in time."""

import asyncio
import threading
from pathlib import Path

import pytest

from mapserver.faults import Amiss, Sound, storage
from mapserver.faults.storage import StorageProbe, probe_storage
from telemetry.store import Store
from tests.full_disk import no_file_grows_beyond


def test_a_commit_and_a_file_reach_the_disk_and_leave_nothing(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    assert isinstance(probe_storage(store, folder), Sound)
    assert not list(folder.iterdir())


def test_a_small_commit_that_fits_on_a_full_disk_is_no_proof_that_it_has_room(store: Store, tmp_path: Path) -> None:
    with no_file_grows_beyond(500_000):
        found = probe_storage(store, tmp_path)
    assert isinstance(found, Amiss)
    assert "free the disk" in str(found.remedy)


@pytest.mark.only_sqlite
def test_the_probe_writes_to_the_database(store: Store, tmp_path: Path) -> None:
    probe_storage(store, tmp_path)
    wal = Path(f"{store.engine.url.database}-wal")
    before = wal.read_bytes()
    probe_storage(store, tmp_path)
    assert wal.read_bytes() != before


def test_a_folder_that_is_gone_is_said(store: Store, tmp_path: Path) -> None:
    found = probe_storage(store, tmp_path / "gone")
    assert isinstance(found, Amiss)
    assert "gone refuses" in str(found.remedy)


async def test_while_writes_hang_everybody_is_answered_and_one_thread_waits(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PATIENCE_S", 0.05)
    probe = StorageProbe(store, tmp_path)
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write():
            held.set()
            release.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    threads = threading.active_count()
    answers = await asyncio.gather(*(probe.ask() for _ in range(20)))
    assert {type(answer) for answer in answers} == {Amiss}
    assert threading.active_count() <= threads + 1
    release.set()
    holder.join()
    while isinstance(await probe.ask(), Amiss):
        pass
    probe.close()
