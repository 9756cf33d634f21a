"""The demo's invented papers."""

from mapserver.demo import places
from mapserver.demo.papers import seed_papers
from mapserver.plans.flow import drone_type
from telemetry.store import Store
from telemetry.transfer.refusals import AutopilotName
from tests.builders import NOON


def test_the_demos_drone_is_of_a_type_that_flies_with_the_simulated_autopilot(store: Store) -> None:
    (drone,) = (unit for unit in places.units() if unit.id == places.DRONE)
    with store.write() as work:
        seed_papers(work, NOON)
        assert drone_type(work.session, drone).autopilot is AutopilotName.PX4
