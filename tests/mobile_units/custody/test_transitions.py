"""Custody: every state with every event for each of four cameras, and that no row of events breaks a promise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mobile_units.custody.transitions import apply, possible
from mobile_units.custody.values import (
    GIB,
    CameraCustody,
    CustodyEvent,
    CustodyEventKind,
    CustodyState,
    OffloadedFile,
    StoredFootage,
)
from telemetry.errors import CustodyRefused

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
CAMERAS = ["BODY-1", "BODY-2", "BODY-3", "BODY-4"]
A, B = "a" * 64, "b" * 64
CARRIED = ("issued", "recording")

LEADS_TO = {
    "in_dock": {"issue": "issued", "report_lost": "lost", "to_repair": "in_repair"},
    "issued": {
        "start": "recording", "hand_over": "issued", "return": "returned", "report_lost": "lost",
        "to_repair": "in_repair",
    },
    "recording": {"stop": "issued", "report_lost": "lost"},
    "returned": {"offload_begin": "offloading", "report_lost": "lost", "to_repair": "in_repair"},
    "offloading": {
        "offload_done": "offloading", "verify": "verified", "report_lost": "lost", "to_repair": "in_repair",
    },
    "verified": {"clear": "cleared", "report_lost": "lost", "to_repair": "in_repair"},
    "cleared": {"issue": "issued", "report_lost": "lost", "to_repair": "in_repair"},
    "lost": {"found": "returned"},
    "in_repair": {"repaired": "in_dock", "report_lost": "lost"},
}  # fmt: skip
"""Written by hand from the rules: what is not here is refused."""


def standing(state: str) -> CameraCustody:
    """A camera in that state, as a round without mishaps leads there."""
    stored = StoredFootage.NONE
    if state in ("returned", "recording", "offloading"):
        stored = StoredFootage.UNVERIFIED
    if state == "verified":
        stored = StoredFootage.VERIFIED
    return CameraCustody(
        CustodyState(state),
        holder="anna" if state in CARRIED else None,
        since=NOW,
        stored=stored,
        wearers=frozenset() if state in ("in_dock", "cleared") else frozenset({"anna"}),
        footage=(OffloadedFile(A),) if state == "offloading" else (),
    )


def said(kind: str, camera: str = "BODY-1", **more: Any) -> CustodyEvent:
    """An event with all that it asks for, unless `more` says otherwise."""
    event = CustodyEvent(NOW + timedelta(hours=1), camera, CustodyEventKind(kind), "ilze")
    if kind == "hand_over":
        event = replace(event, to="janis", both_confirmed=True)
    if kind == "issue":
        event = replace(event, to="anna", battery=0.9, free_bytes=60 * GIB)
    if kind in ("offload_done", "verify"):
        event = replace(event, sha256=(A,))
    return replace(event, **more)


@pytest.mark.parametrize(("state", "kind", "camera"), list(product(CustodyState, CustodyEventKind, CAMERAS)))
def test_every_event_in_every_state_leads_where_it_should_and_touches_no_other_camera(
    state: CustodyState, kind: CustodyEventKind, camera: str
) -> None:
    others = {
        name: standing(one) for name, one in zip(CAMERAS, ("issued", "lost", "verified", "returned"), strict=True)
    }
    before = {**others, camera: standing(state)}
    leads_to = LEADS_TO[state].get(kind)
    if leads_to is None:
        with pytest.raises(CustodyRefused):
            apply(before, said(kind, camera))
        return
    after = apply(before, said(kind, camera))
    assert after.pop(camera).state == leads_to
    before.pop(camera)
    assert after == before


@pytest.mark.parametrize("state", CustodyState)
def test_what_is_said_to_be_possible_is_what_is_possible(state: CustodyState) -> None:
    assert {kind.value for kind in possible(standing(state))} == set(LEADS_TO[state])


def refused(camera: CameraCustody, event: CustodyEvent) -> str:
    with pytest.raises(CustodyRefused) as caught:
        apply({event.camera: camera}, event)
    return caught.value.told.code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"battery": 0.399}, "custody.battery_low"),
        ({"free_bytes": 8 * GIB - 1}, "custody.storage_low"),
    ],
)
def test_a_flat_or_full_camera_is_not_issued(more: dict[str, Any], code: str) -> None:
    assert refused(CameraCustody(), said("issue", **more)) == code


def test_a_camera_at_the_limits_is_issued() -> None:
    event = said("issue", battery=0.4, free_bytes=8 * GIB)
    assert apply({}, event)["BODY-1"].holder == "anna"


def test_a_repaired_camera_with_footage_is_not_issued_but_offloaded_and_cleared() -> None:
    event = CustodyEvent(NOW, "BODY-1", CustodyEventKind.TO_REPAIR, "ilze")
    cameras = apply({"BODY-1": standing("returned")}, event)
    cameras = apply(cameras, said("repaired"))
    assert refused(cameras["BODY-1"], said("issue")) == "custody.unverified"
    for kind in ("offload_begin", "offload_done", "verify", "to_repair", "repaired"):
        cameras = apply(cameras, said(kind))
    assert refused(cameras["BODY-1"], said("issue")) == "custody.not_cleared"
    cameras = apply(cameras, said("clear"))
    assert apply(cameras, said("issue"))["BODY-1"].state == "issued"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"both_confirmed": False, "by": "anna"}, "custody.not_both_confirmed"),
        ({"both_confirmed": False, "by": "janis"}, "custody.not_both_confirmed"),
        ({"both_confirmed": False, "confirmed_by": frozenset({"anna"})}, "custody.not_both_confirmed"),
        ({"giver": "petras"}, "custody.not_the_holder"),
        ({"to": "Anna"}, "custody.nobody_takes_it"),
        ({"to": ""}, "custody.nobody_takes_it"),
    ],
)
def test_a_hand_over_that_both_have_not_confirmed_is_none(more: dict[str, Any], code: str) -> None:
    assert refused(standing("issued"), said("hand_over", **more)) == code


@pytest.mark.parametrize(
    "more",
    [
        {"by": "anna", "confirmed_by": frozenset({"janis"})},
        {"by": "janis", "confirmed_by": frozenset({"ANNA"})},
        {"by": "ilze", "confirmed_by": frozenset({"anna", "janis"})},
    ],
)
def test_who_says_it_has_confirmed_it(more: dict[str, Any]) -> None:
    after = apply({"BODY-1": standing("issued")}, said("hand_over", both_confirmed=False, **more))
    assert after["BODY-1"].holder == "janis"


@pytest.mark.parametrize("name", ["anna", "Anna", "janis"])
def test_nobody_clears_what_they_have_carried(name: str) -> None:
    camera = replace(standing("verified"), wearers=frozenset({"anna", "janis"}))
    assert refused(camera, said("clear", by=name)) == "custody.own_footage"


def test_all_files_are_verified_before_the_camera_is() -> None:
    cameras = apply({"BODY-1": standing("offloading")}, said("offload_done", sha256=(B,)))
    cameras = apply(cameras, said("verify", sha256=(A,)))
    assert cameras["BODY-1"].state == "offloading"
    assert refused(cameras["BODY-1"], said("verify", sha256=("c" * 64,))) == "custody.other_hash"
    assert apply(cameras, said("verify", sha256=(B,)))["BODY-1"].state == "verified"


def test_a_camera_that_never_recorded_is_offloaded_as_empty_and_no_other() -> None:
    unused = apply({"BODY-1": replace(standing("returned"), stored=StoredFootage.NONE)}, said("offload_begin"))
    assert apply(unused, said("offload_done", sha256=(), is_empty=True))["BODY-1"].state == "verified"
    used = apply({"BODY-1": standing("returned")}, said("offload_begin"))
    assert refused(used["BODY-1"], said("offload_done", sha256=(), is_empty=True)) == "custody.it_recorded"


def test_a_lost_camera_has_a_dead_key_and_is_offloaded_like_any_when_it_is_found() -> None:
    lost = apply({"BODY-1": standing("recording")}, said("report_lost"))
    assert (lost["BODY-1"].key_is_dead, lost["BODY-1"].holder) == (True, None)
    cameras = lost
    for kind in ("found", "offload_begin", "offload_done", "verify", "clear"):
        cameras = apply(cameras, said(kind))
    assert (cameras["BODY-1"].state, cameras["BODY-1"].footage) == ("cleared", (OffloadedFile(A, verified=True),))


PEOPLE = ["anna", "janis", "petras", "ilze"]


class HandsOfFourCameras(RuleBasedStateMachine):
    """Any events, sensible or not; an account of its own is kept of what must hold."""

    def __init__(self) -> None:
        super().__init__()
        self.cameras: dict[str, CameraCustody] = {}
        self.unsafe: dict[str, bool] = dict.fromkeys(CAMERAS, False)
        self.carried: dict[str, set[str]] = {name: set() for name in CAMERAS}

    @rule(
        kind=st.sampled_from(CustodyEventKind), camera=st.sampled_from(CAMERAS), by=st.sampled_from(PEOPLE),
        to=st.sampled_from(PEOPLE), confirmed=st.frozensets(st.sampled_from(PEOPLE)),
        battery=st.sampled_from([None, 0.1, 0.4, 1.0]), free=st.sampled_from([None, GIB, 9 * GIB]),
        sha256=st.sampled_from([A, B]), empty=st.booleans(),
    )  # fmt: skip
    def happen(
        self, kind: CustodyEventKind, camera: str, by: str, to: str, confirmed: frozenset[str],
        battery: float | None, free: int | None, sha256: str, empty: bool,
    ) -> None:  # fmt: skip
        before = self.cameras.get(camera, CameraCustody())
        event = CustodyEvent(
            NOW, camera, kind, by, to=to, confirmed_by=confirmed, battery=battery, free_bytes=free,
            sha256=() if empty else (sha256,), is_empty=empty,
        )  # fmt: skip
        try:
            self.cameras = apply(self.cameras, event)
        except CustodyRefused:
            return
        self.judge(before, event, self.cameras[camera])

    def judge(self, before: CameraCustody, event: CustodyEvent, after: CameraCustody) -> None:
        if event.kind is CustodyEventKind.START:
            self.unsafe[event.camera] = True
        if after.state is CustodyState.VERIFIED:
            self.unsafe[event.camera] = False
        if event.kind is CustodyEventKind.ISSUE:
            assert not self.unsafe[event.camera]
            assert event.battery is None or event.battery >= 0.4
            assert event.free_bytes is None or event.free_bytes >= 8 * GIB
        if event.kind is CustodyEventKind.HAND_OVER:
            assert {before.holder, event.to} <= {event.by, *event.confirmed_by}
        if after.holder is not None:
            self.carried[event.camera].add(after.holder)
        if event.kind is CustodyEventKind.CLEAR:
            assert event.by not in self.carried[event.camera]
            self.carried[event.camera] = set()

    @invariant()
    def one_holder_while_it_is_carried_and_none_else(self) -> None:
        for camera in self.cameras.values():
            assert (camera.holder is not None) == (camera.state in CARRIED)

    @invariant()
    def a_lost_ones_key_is_dead(self) -> None:
        for camera in self.cameras.values():
            assert camera.key_is_dead == (camera.state == "lost")

    @invariant()
    def a_verified_or_cleared_camera_has_no_file_that_is_not_verified(self) -> None:
        for camera in self.cameras.values():
            if camera.state in ("verified", "cleared"):
                assert all(file.verified for file in camera.footage)


HandsOfFourCameras.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestHandsOfFourCameras = HandsOfFourCameras.TestCase
