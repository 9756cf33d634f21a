"""A plan put on board a vehicle: fence, rally points, mission, each read back. Decides nothing of the flight."""

from mission.flights.onboard_items import fence_items, mission_on_board, rally_items
from mission.flights.procedure.events import UploadDone
from mission.flights.procedure.outputs import BoardPlan
from mission.formats.document import PlanFile
from telemetry.positions import Position
from telemetry.transfer.exchange import OnBoard, Outcome
from telemetry.transfer.messages import PlanKind
from telemetry.vehicles import Vehicle


async def put_plan_on_board(vehicle: Vehicle, plan: BoardPlan) -> UploadDone:
    """Replace all three lists, the fence before the mission, and read each back; the first that fails ends it.

    Raises VehicleSilent, Conflict.
    """
    parts: list[tuple[str, Outcome]] = []
    for kind, items in ((PlanKind.FENCE, plan.fence), (PlanKind.RALLY, plan.rally)):
        outcome = await vehicle.upload_other(kind, items)
        parts.append((kind.name.lower(), outcome))
        if outcome.on_board is not OnBoard.NEW:
            return UploadDone(tuple(parts))
    parts.append(("mission", await vehicle.upload(plan.mission)))
    return UploadDone(tuple(parts))


def board_plan(plan: PlanFile, here: Position) -> BoardPlan:
    """What of a plan file goes on board a vehicle that stands at `here`. Raises BadPlan when it is empty."""
    items, added = mission_on_board(plan, here)
    return BoardPlan(
        name=plan.name,
        mission=tuple(items),
        fence=tuple(fence_items(plan.fence)),
        rally=tuple(rally_items(plan.rally)),
        added=tuple(added),
        places=tuple(plan.rally),
    )
