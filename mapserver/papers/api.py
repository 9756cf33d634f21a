"""The register: papers of the towns as operators, of their pilots and of their drones."""

from typing import Any

from mapserver.papers.flow import enter_drone, enter_operator, enter_pilot
from mapserver.papers.schemas import RegisterEntryAnswer
from mapserver.web.api_routes import ApiRouter
from mapserver.web.dependencies import Caller, Parts, Reader, Writer
from mapserver.web.permissions import MayKeepRegister
from mission.registry import service
from mission.registry.values import DronePapers, Operator, Pilot
from telemetry.access import Permission, visibility
from telemetry.cities import City

router = ApiRouter("registry", "/registry")


@router.get("", response_model=list[RegisterEntryAnswer])
def listed(caller: Caller, session: Reader) -> list[dict[str, Any]]:
    """What is in force in the towns you may see; for pilots and for who keeps the register."""
    if not caller.may(Permission.FLY):
        caller.require(Permission.KEEP_REGISTER)
    return service.listed(session, visibility(caller))


@router.put("/operators/{city}", response_model=RegisterEntryAnswer)
def operator(city: City, papers: Operator, caller: MayKeepRegister, parts: Parts, work: Writer) -> dict[str, Any]:
    """The town's own papers as operator, from now on."""
    return service.public(enter_operator(parts, work, caller, city, papers))


@router.put("/pilots/{name}", response_model=RegisterEntryAnswer)
def pilot(name: str, papers: Pilot, caller: MayKeepRegister, parts: Parts, work: Writer) -> dict[str, Any]:
    """A pilot's certificates, from now on."""
    return service.public(enter_pilot(parts, work, caller, name, papers))


@router.put("/drones/{unit_id}", response_model=RegisterEntryAnswer)
def drone(unit_id: str, papers: DronePapers, caller: MayKeepRegister, parts: Parts, work: Writer) -> dict[str, Any]:
    """A drone's papers and settings, from now on."""
    return service.public(enter_drone(parts, work, caller, unit_id, papers))
