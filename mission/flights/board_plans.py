"""What of a plan goes on board: of a plan file, and of a stored plan. Sends nothing."""

from mission.flights.onboard_items import fence_items, mission_on_board, rally_items
from mission.flights.procedure.outputs import BoardPlan
from mission.formats.document import PlanFile
from mission.plans.fence_json import fence_of, rally_of
from mission.plans.service import mission_items
from mission.plans.tables import PlanRow
from telemetry.positions import Position
from telemetry.transfer.onboard_plan import OnboardPlan


def board_plan_of_file(plan: PlanFile, here: Position) -> BoardPlan:
    """What of a plan file goes on board a vehicle that stands at `here`. Raises BadPlan when it is empty."""
    items, added = mission_on_board(plan, here)
    lists = OnboardPlan(tuple(items), tuple(fence_items(plan.fence)), tuple(rally_items(plan.rally)))
    return BoardPlan(plan.name, lists, added=tuple(added), places=tuple(plan.rally))


def board_plan_of_row(plan: PlanRow) -> BoardPlan:
    """What of a stored plan goes on board."""
    rally = rally_of(plan)
    lists = OnboardPlan(tuple(mission_items(plan)), tuple(fence_items(fence_of(plan))), tuple(rally_items(rally)))
    return BoardPlan(plan.name, lists, places=rally)
