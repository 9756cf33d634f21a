"""The key under which plates are hashed: kept beside the database, replaced, never two of a kind."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from telemetry.errors import Misconfigured
from vision.plates.keys import PlateKeys

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def test_a_plate_has_one_hash_while_the_key_lives_also_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    first = PlateKeys(file, lasts=DAY, due_by=lambda: NOON).digest("KV2417", NOON)
    assert PlateKeys(file, lasts=DAY, due_by=lambda: NOON).digest("KV2417", NOON + timedelta(hours=23)) == first
    assert PlateKeys(tmp_path / "other.json", lasts=DAY, due_by=lambda: NOON).digest("KV2417", NOON) != first


def test_plates_that_look_alike_have_the_same_hash(tmp_path: Path) -> None:
    keys = PlateKeys(tmp_path / "key.json", lasts=DAY, due_by=lambda: NOON)
    assert keys.digest("ABO123", NOON) == keys.digest("AB0I23", NOON) != keys.digest("ABC123", NOON)


def test_an_old_key_is_thrown_away(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    keys = PlateKeys(file, lasts=DAY, due_by=lambda: NOON + DAY)
    first, before = keys.digest("KV2417", NOON), file.read_text()
    assert keys.digest("KV2417", NOON + DAY) != first
    assert before.partition('"key"')[2] not in file.read_text()


@pytest.mark.parametrize("jump", [timedelta(days=1_000), -timedelta(days=1_000)])
def test_a_key_is_kept_while_the_clock_is_not_believed(tmp_path: Path, jump: timedelta) -> None:
    file = tmp_path / "key.json"
    keys = PlateKeys(file, lasts=DAY, due_by=lambda: None)
    first = keys.digest("KV2417", NOON)
    assert keys.digest("KV2417", NOON + jump) == first
    assert PlateKeys(file, lasts=DAY, due_by=lambda: None).digest("KV2417", NOON + jump) == first


def test_a_key_from_the_future_goes_a_lifetime_after_that_was_found(tmp_path: Path) -> None:
    believed = NOON
    keys = PlateKeys(tmp_path / "key.json", lasts=DAY, due_by=lambda: believed)
    first = keys.digest("KV2417", NOON + timedelta(days=1_000))
    assert keys.digest("KV2417", NOON) == first
    believed = NOON + DAY
    assert keys.digest("KV2417", believed) != first


def test_only_the_owner_may_read_the_key(tmp_path: Path) -> None:
    PlateKeys(tmp_path / "key.json", lasts=DAY, due_by=lambda: NOON).digest("KV2417", NOON)
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("damaged", ["", "{}", '{"since": "x", "key": ""}', '["since"]'])
def test_a_damaged_key_is_named(tmp_path: Path, damaged: str) -> None:
    (tmp_path / "key.json").write_text(damaged)
    with pytest.raises(Misconfigured, match="cannot be read; delete the file"):
        PlateKeys(tmp_path / "key.json", lasts=DAY, due_by=lambda: NOON).digest("KV2417", NOON)
