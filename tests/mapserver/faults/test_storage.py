"""The storage probe: it really writes, one at a time, and whoever asks has an answer in time."""

import asyncio
import threading
from pathlib import Path

import pytest

from mapserver.faults import Amiss, Sound, storage
from mapserver.faults.storage import StorageProbe, probe_storage
from telemetry.store import Store


def test_a_commit_and_a_file_reach_the_disk(store: Store, tmp_path: Path) -> None:
    assert isinstance(probe_storage(store, tmp_path), Sound)
    assert not (tmp_path / ".storage-probe").exists()


def test_the_probe_writes_to_the_database(store: Store, tmp_path: Path) -> None:
    probe_storage(store, tmp_path)
    wal = Path(f"{store.engine.url.database}-wal")
    before = wal.read_bytes()
    probe_storage(store, tmp_path)
    assert wal.read_bytes() != before


def test_a_folder_that_is_gone_is_said(store: Store, tmp_path: Path) -> None:
    found = probe_storage(store, tmp_path / "gone")
    assert isinstance(found, Amiss)
    assert "gone refuses" in found.remedy


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
