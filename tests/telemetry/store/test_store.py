"""The unit of work and the media store, on real files."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from telemetry.cities import all_towns
from telemetry.errors import NotFound
from telemetry.observations import repository
from telemetry.scopes import LIVE
from telemetry.store import Change, MediaStore, Store
from telemetry.visibility import EVERYTHING
from tests.builders import observation, store_observation


@pytest.mark.only_sqlite
def test_sqlite_writes_ahead_and_waits_for_the_disk(store: Store) -> None:
    with store.read() as session:
        modes = [
            session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert modes == ["wal", 2, 1]


def test_what_raises_is_not_kept(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as work:
        store_observation(work.session, observation())
        raise RuntimeError
    with store.read() as session:
        assert repository.latest(session, EVERYTHING, limit=5) == []


def test_a_reader_is_not_held_up_by_a_writer(store: Store) -> None:
    with store.write() as work:
        store_observation(work.session, observation())
        with store.read() as session:
            assert repository.latest(session, EVERYTHING, limit=5) == []


def test_many_writers_at_once_all_get_their_turn_and_are_heard_in_commit_order(store: Store) -> None:
    heard: list[str] = []
    store.listen(lambda changes: heard.extend(change.id for change in changes))
    kept: list[str] = []

    def write(number: int) -> None:
        for step in range(5):
            ref = f"{number}-{step}"
            with store.write() as work:
                store_observation(work.session, observation(ref))
                kept.append(ref)
                work.tell(Change("unit", ref, all_towns(), LIVE, {}))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert len(repository.latest(session, EVERYTHING, limit=100)) == 30
    assert heard == kept


def test_a_listener_that_breaks_harms_nobody(store: Store) -> None:
    heard: list[Change] = []

    def broken(_: object) -> None:
        raise ValueError

    store.listen(broken)
    store.listen(heard.extend)
    with store.write() as work:
        work.tell(Change("unit", "1", all_towns(), LIVE, {}))
    assert len(heard) == 1


def test_the_name_of_a_picture_proves_its_content(tmp_path: Path) -> None:
    media = MediaStore(tmp_path)
    name = media.put(b"picture")
    assert (media.put(b"picture"), media.get(name)) == (name, b"picture")
    (tmp_path / name[:2] / name).write_bytes(b"another")
    with pytest.raises(NotFound, match="damaged"):
        media.get(name)


def test_one_picture_from_many_threads_at_once_is_kept_once(tmp_path: Path) -> None:
    media, together, names = MediaStore(tmp_path), threading.Barrier(8), list[str]()

    def keep() -> None:
        together.wait()
        names.append(media.put(b"picture"))

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == [names[0]]


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "G" * 64, ""])
def test_a_name_that_is_none_reaches_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound, match="not the name"):
        MediaStore(tmp_path).get(name)
