"""What goes and what stays: never what is held, the oldest first, no more than needed."""

from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from telemetry.cities import City
from tests.vision.clips import START
from vision.recording.expiry import Hold, Sized, expired, surplus
from vision.recording.storage_layout import CameraFolder, RecordedFile

HOUR = timedelta(hours=1)


def file(hour: int, *, camera: str = "C1", purpose: str = "traffic", size: int = 10) -> Sized:
    begins = START + hour * HOUR
    return Sized(RecordedFile(Path(f"{camera}-{hour}"), CameraFolder(City("dobele"), purpose, camera), begins), size)


def held(begins: int, ends: int, camera: str = "C1") -> Hold:
    return Hold(camera, START + begins * HOUR, START + ends * HOUR)


def keep_for(camera_folder: CameraFolder) -> timedelta:
    return {"traffic": 24 * HOUR, "entrances": 72 * HOUR}[camera_folder.purpose]


def test_each_purpose_has_its_own_time() -> None:
    files = [file(0), file(0, purpose="entrances"), file(5)]
    gone = expired(files, [], keep_for, START + 27 * HOUR)
    assert gone == [files[0]]


def test_what_is_held_outlives_its_time() -> None:
    files = [file(0), file(1), file(2), file(1, camera="C2")]
    gone = expired(files, [held(1, 2)], keep_for, START + 100 * HOUR)
    assert gone == [files[2], files[3]]


def test_a_full_disk_takes_the_oldest_that_is_not_held_and_no_more_than_needed() -> None:
    files = [file(3), file(1), file(2), file(4)]
    assert surplus(files, [held(1, 2)], free=5, reserve=20, most=None) == [file(2), file(3)]
    assert surplus(files, [], free=100, reserve=20, most=None) == []
    assert surplus(files, [], free=100, reserve=20, most=25) == [file(1), file(2)]


@given(
    hours=st.lists(st.integers(0, 50), max_size=30, unique=True),
    holds=st.lists(st.tuples(st.integers(0, 50), st.integers(1, 10)), max_size=4),
    free=st.integers(0, 300),
    reserve=st.integers(0, 300),
)
def test_nothing_held_ever_goes_and_room_is_made_if_it_can_be(
    hours: list[int], holds: list[tuple[int, int]], free: int, reserve: int
) -> None:
    files = [file(hour) for hour in hours]
    kept_by = [held(begins, begins + lasts) for begins, lasts in holds]
    gone = surplus(files, kept_by, free=free, reserve=reserve, most=None)
    assert not any(hold.covers(sized.file) for sized in gone for hold in kept_by)
    may_go = [sized for sized in files if not any(hold.covers(sized.file) for hold in kept_by)]
    assert free + 10 * len(gone) >= reserve or len(gone) == len(may_go)
    assert sorted(gone, key=lambda s: s.file.begins) == sorted(may_go, key=lambda s: s.file.begins)[: len(gone)]
