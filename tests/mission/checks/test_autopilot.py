"""What the drone's autopilot refuses, known before it is sent."""

import pytest

from mission.checks.autopilot import CHECK, MOST_NAMED, check_autopilot
from mission.checks.failsafes import FAILSAFES, FENCE, check_failsafes
from mission.checks.registry import run_checks
from mission.checks.verdict import Level
from mission.flights.check_inputs import ProposedFlight, inputs_of
from mission.registry import service as registry
from telemetry.cities import City
from telemetry.scopes import LIVE
from telemetry.store import Store
from telemetry.transfer.mission_items import MissionItem
from telemetry.transfer.refusals import AutopilotName
from telemetry.units.tables import UnitRow
from telemetry.vehicles.drivers import VehicleDriver
from telemetry.vehicles.failsafe_parameters import failsafes_of
from tests.mission.checks.builders import inputs, papers
from tests.mission.flights.builders import AT, PILOT, STANDARDS, a_drone, a_plan

SERVO = MissionItem(183, 2, 1, 1500)
TAKE_OFF = MissionItem(22, alt_m=20)


def test_items_that_the_drones_autopilot_refuses_block_by_number_and_command() -> None:
    [verdict] = check_autopilot(AutopilotName.PX4, [TAKE_OFF, SERVO])
    assert (verdict.check, verdict.level) == (CHECK, Level.BLOCK)
    assert (
        str(verdict.message) == "item 2, set servo (command 183), is a command that PX4 1.16 does not take in a mission"
    )
    assert check_autopilot(AutopilotName.ARDUPILOT, [TAKE_OFF, SERVO]) == []
    assert check_autopilot(None, [TAKE_OFF, SERVO]) == []


def test_many_refused_items_are_counted_and_not_all_named() -> None:
    [verdict] = check_autopilot(AutopilotName.PX4, [SERVO] * (MOST_NAMED + 3))
    assert "and 3 more items" in str(verdict.message)
    assert verdict.numbers["refused_items"] == MOST_NAMED + 3


def test_it_is_asked_only_where_the_autopilot_is_known() -> None:
    assert CHECK not in {verdict.check for verdict in run_checks(inputs(items=(SERVO,)))}
    assert CHECK in {verdict.check for verdict in run_checks(inputs(items=(SERVO,), autopilot=AutopilotName.PX4))}


@pytest.mark.parametrize(
    ("airframe", "driver", "autopilot"),
    [
        ("", VehicleDriver.MAVSDK, None),
        ("mavic3e", VehicleDriver.MAVSDK, None),
        ("generic_px4", VehicleDriver.MAVSDK, AutopilotName.PX4),
        ("freefly_astro", VehicleDriver.MAVSDK, AutopilotName.PX4),
        ("generic_ardupilot", VehicleDriver.MAVSDK, AutopilotName.ARDUPILOT),
        ("", VehicleDriver.DRONEKIT, AutopilotName.ARDUPILOT),
    ],
)
def test_it_is_known_by_the_type_in_the_register_or_by_the_driver_that_flies_it(
    store: Store, airframe: str, driver: VehicleDriver, autopilot: AutopilotName | None
) -> None:
    a_drone(store)
    plan = a_plan(store)
    held = papers().drone
    assert held is not None
    with store.write() as work:
        typed = held.model_copy(update={"airframe": airframe})
        registry.enter(work, "drone-1", typed, city=City("dobele"), by="supervisor", at=AT, scope=LIVE)
        unit = work.session.get_one(UnitRow, "drone-1")
        unit.driver = driver
        work.session.add(unit)
    with store.read() as session:
        proposed = ProposedFlight(plan, session.get_one(UnitRow, "drone-1"), PILOT, AT)
        assert inputs_of(session, proposed, STANDARDS, now=AT).autopilot is autopilot


def test_a_fence_that_is_not_enforced_blocks_and_says_what_to_set() -> None:
    found = failsafes_of(AutopilotName.ARDUPILOT, {"FENCE_ENABLE": 0.0})
    verdicts = {verdict.check: verdict for verdict in check_failsafes(found, has_fence=True)}
    assert verdicts[FENCE].level is Level.BLOCK
    assert "FENCE_ENABLE is 0" in str(verdicts[FENCE].clears)
    assert FENCE not in {verdict.check for verdict in check_failsafes(found, has_fence=False)}


def test_a_reaction_that_does_nothing_asks_for_a_word_that_names_it() -> None:
    found = failsafes_of(AutopilotName.PX4, {"NAV_DLL_ACT": 0, "COM_LOW_BAT_ACT": 3, "GF_ACTION": 3})
    verdicts = {verdict.check: verdict for verdict in check_failsafes(found, has_fence=True)}
    assert (verdicts[FAILSAFES].level, verdicts[FAILSAFES].subject) == (Level.ACKNOWLEDGE, "link loss")
    assert "it does nothing (NAV_DLL_ACT)" in str(verdicts[FAILSAFES].message)
    assert verdicts[FENCE].level is Level.PASS


def test_what_could_not_be_read_is_said_and_is_no_pass() -> None:
    verdicts = {
        verdict.check: verdict for verdict in check_failsafes(failsafes_of(AutopilotName.PX4, {}), has_fence=True)
    }
    assert verdicts[FAILSAFES].level is Level.ACKNOWLEDGE
    assert (verdicts[FENCE].level, verdicts[FENCE].unknown) == (Level.WARN, True)
