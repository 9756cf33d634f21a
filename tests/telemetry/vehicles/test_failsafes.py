"""What a vehicle does by itself, from its parameters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telemetry.transfer.refusals import AutopilotName
from telemetry.vehicles.failsafe_parameters import NAMES, failsafes_of
from telemetry.vehicles.failsafes import PASSIVE, Cause, Failsafes, Reaction

PX4, ARDUPILOT = AutopilotName.PX4, AutopilotName.ARDUPILOT
COPTER = {
    "FS_GCS_ENABLE": 1, "FS_GCS_TIMEOUT": 5, "FS_OPTIONS": 0, "BATT_LOW_VOLT": 14.4, "BATT_FS_LOW_ACT": 2,
    "BATT_CRT_VOLT": 14.0, "BATT_FS_CRT_ACT": 1, "FS_EKF_ACTION": 1, "FENCE_ENABLE": 1, "FENCE_TYPE": 7,
    "FENCE_ACTION": 1, "RTL_ALT_M": 15,
}  # fmt: skip
PX4_SET = {
    "NAV_DLL_ACT": 2, "COM_DL_LOSS_T": 10, "COM_FAIL_ACT_T": 5, "COM_LOW_BAT_ACT": 3, "BAT_LOW_THR": 0.15,
    "BAT_CRIT_THR": 0.07, "GF_ACTION": 2, "RTL_RETURN_ALT": 60,
}  # fmt: skip


def copter(**changed: float) -> Failsafes:
    return failsafes_of(ARDUPILOT, {**COPTER, **changed})


def px4(**changed: float) -> Failsafes:
    return failsafes_of(PX4, {**PX4_SET, **changed})


def test_a_copter_that_is_set_up_says_what_it_does_in_words() -> None:
    assert tuple(map(str, copter().words)) == (
        "On link loss, after 5 s, it flies home (FS_GCS_ENABLE).",
        "On low battery, below 14.4 V, it flies home (BATT_FS_LOW_ACT).",
        "On critical battery, below 14 V, it lands where it is (BATT_FS_CRT_ACT).",
        "On position loss, it lands where it is (FS_EKF_ACTION).",
        "On fence breach, it flies home (FENCE_ENABLE, FENCE_ACTION).",
        "It flies home at 15 m above home or higher.",
    )
    assert copter().passive == ()
    assert copter().unenforced_fence() is None


def test_px4_holds_before_it_acts_and_warns_of_a_low_battery_first() -> None:
    assert str(px4().on(Cause.LINK_LOSS).words) == "On link loss, after 15 s, it flies home (NAV_DLL_ACT)."
    assert str(px4().on(Cause.LOW_BATTERY).words) == "On low battery, below 15 %, it only warns (BAT_LOW_THR)."
    assert px4().passive == ()
    assert px4().return_height_m == 60


@pytest.mark.parametrize(
    ("failsafes", "cause"),
    [
        (copter(FS_GCS_ENABLE=0), Cause.LINK_LOSS),
        (copter(FS_OPTIONS=2), Cause.LINK_LOSS),
        (copter(BATT_FS_CRT_ACT=0), Cause.CRITICAL_BATTERY),
        (copter(BATT_CRT_VOLT=0), Cause.CRITICAL_BATTERY),
        (copter(FS_EKF_ACTION=0), Cause.POSITION_LOSS),
        (px4(NAV_DLL_ACT=0), Cause.LINK_LOSS),
        (px4(COM_DLL_EXCEPT=1), Cause.LINK_LOSS),
        (px4(COM_LOW_BAT_ACT=0), Cause.CRITICAL_BATTERY),
    ],
)
def test_nothing_is_named_and_asks_for_a_yes(failsafes: Failsafes, cause: Cause) -> None:
    assert cause in [one.cause for one in failsafes.passive]
    assert cause.value in failsafes.as_json()["needs_yes"]


@pytest.mark.parametrize(
    ("failsafes", "setting"),
    [
        (copter(FENCE_ENABLE=0), "FENCE_ENABLE is 0"),
        (copter(FENCE_TYPE=3), "FENCE_TYPE leaves out polygons"),
        (copter(FENCE_ACTION=0), "FENCE_ACTION is 0"),
        (px4(GF_ACTION=0), "GF_ACTION is 0"),
        (px4(GF_ACTION=1), "GF_ACTION is 1"),
    ],
)
def test_a_fence_that_is_not_enforced_is_said_with_the_setting_and_what_to_do(
    failsafes: Failsafes, setting: str
) -> None:
    assert failsafes.fence_enforced is False
    assert setting in (str(failsafes.unenforced_fence() or ""))
    assert "so that it acts" in (str(failsafes.unenforced_fence() or ""))


def test_a_fence_that_comes_on_by_itself_at_take_off_is_enforced() -> None:
    assert copter(FENCE_ENABLE=0, FENCE_AUTOENABLE=3).fence_enforced is True


def test_the_return_height_is_read_in_centimetres_under_its_older_name() -> None:
    assert failsafes_of(ARDUPILOT, {"RTL_ALT": 1500}).return_height_m == 15
    assert "as high as it is" in str(failsafes_of(ARDUPILOT, {"RTL_ALT_M": 0}).words[-1])


@given(
    st.sampled_from(AutopilotName).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.dictionaries(
                st.sampled_from([one for names in NAMES[name] for one in names]),
                st.floats(-10, 1e4) | st.integers(-1, 300),
            ),
        )
    )
)
def test_whatever_was_read_each_cause_has_one_reaction_and_what_is_not_known_is_not_relied_on(
    read: tuple[AutopilotName, dict[str, float]],
) -> None:
    failsafes = failsafes_of(*read)
    assert [one.cause for one in failsafes.reactions] == list(Cause)
    assert all(failsafes.words)
    assert all(one.reaction in PASSIVE for one in failsafes.passive)
    if not read[1]:
        assert failsafes.on(Cause.LINK_LOSS).reaction is Reaction.UNKNOWN
        assert failsafes.fence_enforced is None
        assert "could not be read" in (str(failsafes.unenforced_fence() or ""))
