"""The tracker: who is who from picture to picture."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vision.detection.detector import Box, Detection
from vision.detection.tracking import ObjectTrack, Tracker, overlap


def at(
    x: float, y: float, *, label: str = "person", score: float = 0.8, width: float = 20, height: float = 50
) -> Detection:
    return Detection(label, score, Box(x, y, x + width, y + height))


def by_place(tracks: list[ObjectTrack]) -> list[int]:
    return [track.id for track in sorted(tracks, key=lambda track: track.box.x1)]


def test_two_persons_who_cross_keep_their_identities() -> None:
    tracker = Tracker()
    for number in range(30):
        seconds = number / 5
        one, other = at(100 + number * 6, 100), at(274 - number * 6, 130)
        tracks = tracker.update([one, other], seconds)
        if number == 3:
            before = by_place(tracks)
    assert by_place(tracks) == before[::-1]


@given(speed=st.floats(-40, 40), gap=st.integers(1, 4))
def test_a_person_hidden_for_a_moment_is_the_same_afterwards(speed: float, gap: int) -> None:
    tracker = Tracker()
    for number in range(10):
        tracks = tracker.update([at(400 + speed * number / 5, 100)], number / 5)
    again = tracker.update([at(400 + speed * (9 + gap) / 5, 100)], (9 + gap) / 5)
    assert [track.id for track in again] == [track.id for track in tracks]


def test_an_object_gone_for_long_is_a_new_one_and_no_number_comes_twice() -> None:
    tracker = Tracker()
    for number in range(3):
        first = tracker.update([at(50, 50)], number / 5)
    assert tracker.update([], 10.0) == []
    for number in range(3):
        second = tracker.update([at(50, 50)], 11 + number / 5)
    assert second[0].id > first[0].id


def test_one_sighting_is_not_yet_a_track() -> None:
    tracker = Tracker()
    assert tracker.update([at(50, 50)], 0.0) == []
    assert len(tracker.update([at(50, 50)], 0.2)) == 1


def test_an_unsure_detection_prolongs_a_track_but_begins_none() -> None:
    tracker = Tracker()
    for number in range(3):
        assert tracker.update([at(200, 50, score=0.3)], number / 5) == []
    for number in range(3, 6):
        tracker.update([at(50, 50)], number / 5)
    assert len(tracker.update([at(51, 50, score=0.3)], 6 / 5)) == 1


def test_the_label_is_what_was_said_most() -> None:
    tracker = Tracker()
    for number, label in enumerate(["truck", "car", "car", "bus", "car"]):
        tracks = tracker.update([at(50, 50, label=label)], number / 5)
    assert [(track.label, track.hits) for track in tracks] == [("car", 5)]


def test_a_person_never_turns_into_a_car() -> None:
    tracker = Tracker()
    for number in range(6):
        tracks = tracker.update([at(50, 50), at(50, 50, label="car")], number / 5)
    assert sorted(track.label for track in tracks) == ["car", "person"]


def test_what_was_seen_is_held_while_nothing_moves() -> None:
    tracker = Tracker()
    for number in range(3):
        seen = tracker.update([at(50 + number * 5, 50)], number / 5)
    held = tracker.hold(60.0)
    after = tracker.update([at(60, 50)], 60.2)
    assert [track.id for track in (*seen, *held, *after)] == [1, 1, 1]
    assert after[0].age > 59


def test_forgetting_starts_anew() -> None:
    tracker = Tracker()
    for number in range(3):
        tracker.update([at(50, 50)], number / 5)
    tracker.forget()
    assert tracker.update([at(50, 50)], 0.6) == []


boxes = st.lists(
    st.tuples(st.floats(0, 90), st.floats(0, 90), st.floats(1, 60), st.floats(1, 60)), min_size=1, max_size=6
).map(lambda many: np.array([(x, y, x + w, y + h) for x, y, w, h in many]))


@given(a=boxes, b=boxes)
def test_overlap_is_symmetric_and_between_nought_and_one(a: np.ndarray, b: np.ndarray) -> None:
    shared = overlap(a, b)
    assert np.allclose(shared, overlap(b, a).T)
    assert shared.min() >= 0
    assert shared.max() <= 1 + 1e-9
    assert np.allclose(np.diag(overlap(a, a)), 1)


def walk_behind(tracker: Tracker, pictures: int, *, gone_from: int) -> list[list[int]]:
    """Somebody stands at the back while another passes nearer to the camera, at ten pictures a second."""
    told = []
    for number in range(pictures):
        near = at(20 + number * 12, 90, width=40, height=110)
        far = [at(150, 90)] if number < gone_from else []
        told.append(by_place(tracker.update([near, *far], number / 10)))
    return told


def test_somebody_behind_a_nearer_person_is_still_there_and_said_to_be_hidden() -> None:
    tracker = Tracker()
    walk_behind(tracker, 10, gone_from=10)
    behind = tracker.update([at(20 + 10 * 12, 90, width=40, height=110)], 1.0)
    assert [track.hidden for track in sorted(behind, key=lambda track: track.box.height)] == [True, False]


def test_somebody_who_vanishes_in_the_open_is_gone_at_once() -> None:
    tracker = Tracker()
    walk_behind(tracker, 6, gone_from=6)
    assert [track.hidden for track in tracker.update([at(20 + 6 * 12, 90, width=40, height=110)], 0.6)] == [False]


def test_somebody_lost_in_the_open_does_not_turn_up_behind_another() -> None:
    tracker = Tracker()
    for number in range(10):
        tracker.update([at(100 + number * 6, 90), at(250, 90, width=40, height=110)], number / 10)
    told = [tracker.update([at(250, 90, width=40, height=110)], number / 10) for number in range(10, 20)]
    assert [[track.hidden for track in tracks] for tracks in told] == [[False]] * 10


def test_nobody_stays_hidden_for_long() -> None:
    tracker = Tracker()
    walk_behind(tracker, 10, gone_from=10)
    standing = at(140, 90, width=40, height=110)
    for number in range(10, 20):
        tracks = tracker.update([standing], number / 10)
    assert [track.hidden for track in tracks] == [False]


@given(seed=st.integers(0, 10_000))
def test_a_trembling_box_is_told_steadier_than_it_was_measured(seed: int) -> None:
    errors = np.random.default_rng(seed).normal(0, 2, 60)
    tracker, told = Tracker(), []
    for number, error in enumerate(errors):
        told += [track.box.x1 for track in tracker.update([at(100 + error, 100)], number / 10)]
    assert np.std(told[10:]) < np.std(errors[11:])


def test_who_is_where_nobody_looked_is_taken_to_be_there_still_but_not_for_long() -> None:
    tracker = Tracker()
    for number in range(5):
        tracker.update([at(50, 50)], number / 5)
    times = [1 + number / 5 for number in range(20)]
    present = [bool(tracker.update([], seconds, shown=lambda _box: False)) for seconds in times]
    assert present == [seconds <= 0.8 + 2.0 + 1e-6 for seconds in times]


def test_not_to_be_looked_for_is_not_to_be_missed() -> None:
    tracker = Tracker()
    for number in range(4):
        tracker.update([at(50 + 3 * number, 50)], number / 5)
    tracker.update([], 0.8, shown=lambda _box: False)
    (track,) = tracker.update([at(65, 50)], 1.0)
    assert (track.id, track.hits, track.missed) == (1, 5, 0)


def test_who_is_not_seen_where_a_look_shows_him_is_gone_at_once() -> None:
    tracker = Tracker()
    for number in range(4):
        tracker.update([at(50, 50)], number / 5)
    assert tracker.update([], 0.8, shown=lambda _box: True) == []
