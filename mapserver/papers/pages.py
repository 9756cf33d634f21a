"""The register as a page: operators, pilots and drones with their papers, and first what runs out soon."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from mapserver.access.tables import UserRow
from mapserver.papers.flow import enter_drone, enter_operator, enter_pilot
from mapserver.web.dependencies import Caller, Parts, Reader, Writer
from mapserver.web.forms import Filled, checked
from mapserver.web.permissions import MayKeepRegister
from mapserver.web.render import page
from mapserver.web.routes import GuardedRouter
from mission.airspace import permit_store
from mission.registry import service as registry
from mission.registry.expiry import Expiry, expiries, running_out
from mission.registry.tables import HolderKind
from mission.registry.values import CertificateKind, DronePapers, LinkLoss, Operator, Pilot
from mission.routes.drones import drones
from telemetry.access import Permission, Principal, Role, home_town, visibility, visible_cities
from telemetry.cities import City, known_towns
from telemetry.errors import BadInput
from telemetry.units import service as units
from telemetry.units.tables import UnitKind

router = GuardedRouter(include_in_schema=False)
VALUES: dict[HolderKind, type[Operator | Pilot | DronePapers]] = {
    HolderKind.OPERATOR: Operator,
    HolderKind.PILOT: Pilot,
    HolderKind.DRONE: DronePapers,
}


@router.get("/papers")
def listed(request: Request, caller: Caller, parts: Parts, session: Reader) -> Response:
    """What is in force, for pilots and for who keeps the register."""
    _require_reader(caller)
    return page(request, "papers/page.html", _context(session, caller, parts.clock.now()))


@router.post("/papers/{kind}/{holder}")
def enter(
    request: Request, kind: HolderKind, holder: str, caller: MayKeepRegister, parts: Parts, work: Writer, form: Filled
) -> Response:
    """Enter what holds from now on, or say on the page why not."""
    try:
        if kind is HolderKind.OPERATOR:
            enter_operator(parts, work, caller, City(holder), checked(Operator, _operator(form)))
        elif kind is HolderKind.PILOT:
            enter_pilot(parts, work, caller, holder, checked(Pilot, _pilot(form)))
        else:
            enter_drone(parts, work, caller, holder, checked(DronePapers, _drone(form)))
    except BadInput as error:
        problem = {"holder": holder, "message": error.told, "form": form}
        context = _context(work.session, caller, parts.clock.now(), problem=problem)
        return page(request, "papers/page.html", context, status=error.status)
    return RedirectResponse(f"/papers#{kind}-{holder}", 303)


def _operator(form: dict[str, str]) -> dict[str, Any]:
    plain = {name: form.get(name) for name in ("name", "registration", "registered_until", "insurance_until")}
    if "number" not in form:
        return plain
    bvlos = "bvlos" in form
    night = "night" in form
    return plain | {
        "authorisation": {"number": form["number"], "until": form.get("until"), "bvlos": bvlos, "night": night}
    }


def _pilot(form: dict[str, str]) -> dict[str, Any]:
    certificates = [
        {"kind": kind, "number": form[f"number {kind}"], "until": form.get(f"until {kind}")}
        for kind in CertificateKind
        if f"number {kind}" in form
    ]
    return {"certificates": certificates, "bvlos_until": form.get("bvlos_until")}


def _drone(form: dict[str, str]) -> dict[str, Any]:
    switches = {name: name in form for name in ("firmware_approved", "green_light")}
    marked = {"eu_class": "" if form["eu_class"] == "none" else form["eu_class"]} if "eu_class" in form else {}
    return {name: value for name, value in form.items() if name != "eu_class"} | switches | marked


def _require_reader(caller: Principal) -> None:
    if not caller.may(Permission.FLY):
        caller.require(Permission.KEEP_REGISTER)


def _context(
    session: Session, caller: Principal, now: datetime, *, problem: dict[str, Any] | None = None
) -> dict[str, Any]:
    visible = visibility(caller)
    entries = {(entry["kind"], entry["holder"]): entry for entry in registry.listed(session, visible)}
    names = _holders(session, caller)
    today = now.astimezone(home_town(caller).facts.zone).date()
    papers = [
        expiry
        for (kind, holder), entry in entries.items()
        for expiry in expiries(
            names.get((kind, holder), holder), VALUES[HolderKind(kind)].model_validate(entry["papers"])
        )
    ]
    papers += [
        Expiry(row.reference, "permit", row.ends.astimezone(City(row.city).facts.zone).date())
        for row in permit_store.listed(session, visible)
        if row.withdrawn_at is None and row.ends > now
    ]
    return {
        "principal": caller,
        "soon": [
            {"holder": e.holder, "what": e.what, "until": e.until, "days": e.days_left(today)}
            for e in running_out(papers, today)
        ],
        "holders": [
            {
                "kind": kind,
                "id": holder,
                "name": name,
                "entry": entries.get((kind, holder)),
                "values": problem["form"]
                if problem and problem["holder"] == holder
                else _fields(entries, kind, holder),
            }
            for (kind, holder), name in names.items()
        ],
        "certificates": [kind.value for kind in CertificateKind],
        "airframes": sorted(drones()),
        "link_loss": [what.value for what in LinkLoss],
        "problem": problem,
    }


def _fields(entries: Mapping[tuple[str, str], dict[str, Any]], kind: str, holder: str) -> dict[str, Any]:
    """What is in force as the fields of its form."""
    if (kind, holder) not in entries:
        return {}
    papers = entries[kind, holder]["papers"]
    given = papers.get("authorisation") or {}
    held = {
        f"{what} {one['kind']}": one[what] for one in papers.get("certificates", ()) for what in ("number", "until")
    }
    marked = {"eu_class": "none"} if papers.get("eu_class") == "" else {}
    return {name: value for name, value in papers.items() if value is not None} | given | held | marked


def _holders(session: Session, caller: Principal) -> dict[tuple[str, str], str]:
    """Whoever may have papers, by kind and id: the towns, their pilots, their drones."""
    visible = visibility(caller)
    pilots = select(UserRow.name).where(UserRow.role == Role.PILOT, visible.rows(UserRow), col(UserRow.active))
    return {
        **{
            (HolderKind.OPERATOR.value, city): city.facts.name
            for city in known_towns()
            if city in visible_cities(caller)
        },
        **{(HolderKind.PILOT.value, name): name for name in session.exec(pilots.order_by(UserRow.name))},
        **{
            (HolderKind.DRONE.value, unit.id): unit.name
            for unit in units.listed(session, visible)
            if unit.kind == UnitKind.DRONE
        },
    }
