"""Real autopilots, ArduCopter 4.7 and PX4 1.16, as recorded: what the pilot is told of them, and what is noticed."""

import re
from functools import cache

import pytest

from mission.formats import load
from telemetry.messages import written
from telemetry.transfer.messages import PlanKind
from telemetry.transfer.plan_difference import first_difference
from telemetry.transfer.readback_rules import ARDUPILOT, PX4
from telemetry.transfer.refusals import REFUSALS, AutopilotName
from telemetry.vehicles.notice_kinds import NoticeKind
from telemetry.vehicles.notices import Severity
from tests.telemetry.logs.samples import sample
from tests.telemetry.vehicles import recordings

replay = cache(recordings.replay)
BREACH = "ardu-fence-breach-hop-mavsdk"
REFUSED = "ardu-battery-refused-hop-mavsdk"
DRONEKIT = "ardu-hop_fence-dronekit"
STALE_RALLY = "ardu-stale_rally-mavsdk"
PX4_FENCE = "px4-hop_fence-mavsdk"
CHANGED = "px4-mission-changed-by-second-gcs-mavsdk"
OUTSIDE = "ardu-outside-mavsdk"
LINK_CUT = "ardu-link-cut-hop-mavsdk"
NO_GPS = "ardu-no-gps-hop-mavsdk"
KILLED = "px4-killed-slow-mavsdk"

TOLD = {
    BREACH: ["Polygon fence breached", "Fence breach cleared"],
    REFUSED: [
        "Arm: Battery 1 below minimum arming voltage",
        "PreArm: Battery 1 below minimum arming voltage",
    ],
    DRONEKIT: ["Arm: Need Position Estimate", "PreArm: Need Position Estimate"],
    KILLED: ["GCS connection regained"],
    **{name: [] for name in (STALE_RALLY, PX4_FENCE, CHANGED, OUTSIDE, LINK_CUT, NO_GPS)},
}
"""The words that reach the pilot, of all that each vehicle said."""


@pytest.mark.parametrize("name", TOLD)
def test_the_pilot_hears_of_trouble_once_and_of_nothing_else(name: str) -> None:
    assert replay(name).texts == TOLD[name]


def test_a_fence_breach_that_is_told_at_notice_is_grave_and_its_end_is_not() -> None:
    breach, cleared = replay(BREACH).notices
    assert (breach.severity, breach.kind, breach.grave) == (Severity.NOTICE, NoticeKind.FENCE_BREACH, True)
    assert (cleared.kind, cleared.grave) == (NoticeKind.FENCE_CLEARED, False)


def test_what_keeps_it_from_arming_is_kept_as_long_as_it_is_said_and_gone_once_it_arms() -> None:
    refused, ready = replay(REFUSED), replay(DRONEKIT)
    assert refused.said.arming.blocks(refused.ends_s).reasons == (written("Battery 1 below minimum arming voltage"),)
    assert list(ready.blocked_by) == ["Need Position Estimate"]
    assert ready.said.arming.blocks(ready.ends_s).reasons == ()


@pytest.mark.parametrize("name", [PX4_FENCE, KILLED, CHANGED])
def test_px4_whose_events_tell_of_checks_for_other_modes_is_kept_from_no_mission(name: str) -> None:
    assert replay(name).blocked_by == {}


def test_a_fence_that_px4_gives_back_without_autocontinue_is_the_one_that_was_sent() -> None:
    flown = replay(PX4_FENCE)
    sent, found = flown.last_sent(PlanKind.FENCE), flown.last_read(PlanKind.FENCE)
    assert "whether it goes on by itself: sent yes, on board no" in (str(first_difference(sent, found) or ""))
    assert len(sent) == 5
    assert PX4.difference(sent, found) is None


@pytest.mark.parametrize("name", TOLD)
def test_every_list_that_was_sent_is_read_back_as_what_it_is(name: str) -> None:
    flown = replay(name)
    for kind in {one.kind for one in flown.sent}:
        assert flown.keeping.difference(flown.last_sent(kind), flown.last_read(kind)) is None, kind


def test_a_mission_changed_by_somebody_else_is_named_and_its_items_are_none_of_ours() -> None:
    flown = replay(CHANGED)
    assert str(flown.said.mission.changed) == "the vehicle says that 4 items are on board, 6 were read back"
    assert flown.changed_at_s == pytest.approx(27.5, abs=1)
    assert flown.said.progress.done < len(flown.last_read(PlanKind.MISSION))


@pytest.mark.parametrize("name", [name for name in TOLD if name != CHANGED])
def test_nobody_changed_any_other_mission(name: str) -> None:
    assert replay(name).said.mission.changed is None


@pytest.mark.parametrize(("name", "items"), [(STALE_RALLY, 3), (OUTSIDE, 3), (DRONEKIT, 4), (LINK_CUT, 5)])
def test_a_mission_that_was_flown_to_its_end_counts_all_its_items_and_no_more(name: str, items: int) -> None:
    assert (replay(name).said.progress.done, len(replay(name).last_read(PlanKind.MISSION))) == (items, items)


def test_rally_points_of_the_flight_before_are_a_difference_to_a_plan_that_has_none() -> None:
    plan = load(sample("cases/flight/stale_rally.plan"))
    left_on_board = replay(DRONEKIT).last_read(PlanKind.RALLY)
    assert (plan.rally, len(left_on_board)) == ((), 1)
    assert not any(one.kind is PlanKind.RALLY for one in replay(STALE_RALLY).sent)  # it came down there, 56 m away
    assert str(ARDUPILOT.difference((), left_on_board)) == "0 items were sent, 1 are on board"


@pytest.mark.parametrize(
    ("name", "autopilot"), [("upload-px4.txt", AutopilotName.PX4), ("upload-ardu.txt", AutopilotName.ARDUPILOT)]
)
def test_the_commands_that_were_refused_when_they_were_tried_are_those_that_are_named_before(
    name: str, autopilot: AutopilotName
) -> None:
    tried = sample(f"cases/flight/{name}").read_text().splitlines()
    refused = {
        int(found[1])
        for line in tried
        if "refused: unsupported;" in line and (found := re.search(r"differs in command: sent (\d+)", line))
    }
    assert refused == REFUSALS[autopilot].commands
