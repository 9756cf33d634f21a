"""Who may do what, in which town and scope: the one place that decides. Holds no passwords and reads no request."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telemetry.cities import City, all_towns, first_town
from telemetry.errors import NotAllowed, NotFound
from telemetry.messages import Message
from telemetry.scopes import LIVE, Scope
from telemetry.visibility import Visibility


class Role(StrEnum):
    """What a person or a device is to the system."""

    PILOT = "pilot"
    """Plans and flies, sees the map and the drone's own picture."""
    INSPECTOR = "inspector"
    """Carries a body camera, reports from the street."""
    COORDINATOR = "coordinator"
    """Runs the town's picture: incidents, deployments, sharing."""
    SUPERVISOR = "supervisor"
    """Data protection and papers: audit trail, evidence, what cameras look for, register of operators; no dispatch."""
    ADMIN = "admin"
    """Users, devices, papers and settings of all towns; no footage but the still that a camera is set up on."""
    DEVICE = "device"
    """A camera or a gateway that may only hand in observations."""


class Permission(StrEnum):
    """One thing a principal may be allowed to do."""

    SEE_MAP = "see_map"
    SEE_INCIDENTS = "see_incidents"
    SEE_FOOTAGE = "see_footage"
    """Live and recorded pictures; clips in which nobody can be recognised."""
    UNMASK = "unmask"
    """Clips in which people can be recognised."""
    HOLD_EVIDENCE = "hold_evidence"
    SEE_AUDIT = "see_audit"
    REPORT = "report"
    HAND_IN = "hand_in"
    WORK_INCIDENTS = "work_incidents"
    PLAN_SHIFTS = "plan_shifts"
    DEPLOY = "deploy"
    DRAW_ZONES = "draw_zones"
    FLY = "fly"
    SEE_WATCH_LIST = "see_watch_list"
    KEEP_WATCH_LIST = "keep_watch_list"
    KEEP_AIRSPACE = "keep_airspace"
    KEEP_REGISTER = "keep_register"
    SET_UP_CAMERAS = "set_up_cameras"
    ADMINISTER = "administer"


_P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.PILOT: frozenset(
        {_P.SEE_MAP, _P.SEE_INCIDENTS, _P.SEE_FOOTAGE, _P.DRAW_ZONES, _P.FLY, _P.KEEP_AIRSPACE, _P.REPORT}
    ),
    Role.INSPECTOR: frozenset({_P.SEE_MAP, _P.SEE_INCIDENTS, _P.REPORT}),
    Role.COORDINATOR: frozenset(
        {
            _P.SEE_MAP,
            _P.SEE_INCIDENTS,
            _P.SEE_FOOTAGE,
            _P.HOLD_EVIDENCE,
            _P.REPORT,
            _P.HAND_IN,
            _P.WORK_INCIDENTS,
            _P.PLAN_SHIFTS,
            _P.DEPLOY,
            _P.DRAW_ZONES,
            _P.KEEP_AIRSPACE,
            _P.SEE_WATCH_LIST,
            _P.KEEP_WATCH_LIST,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.SEE_MAP,
            _P.SEE_INCIDENTS,
            _P.SEE_FOOTAGE,
            _P.UNMASK,
            _P.HOLD_EVIDENCE,
            _P.SEE_AUDIT,
            _P.PLAN_SHIFTS,
            _P.KEEP_REGISTER,
            _P.SEE_WATCH_LIST,
            _P.SET_UP_CAMERAS,
        }
    ),
    Role.ADMIN: frozenset(
        {_P.SEE_MAP, _P.ADMINISTER, _P.PLAN_SHIFTS, _P.KEEP_AIRSPACE, _P.KEEP_REGISTER, _P.SET_UP_CAMERAS}
    ),
    Role.DEVICE: frozenset({_P.HAND_IN}),
}


MAY_SERVE_BOTH = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
"""Who may belong to all towns, where they share a duty: one coordinator watches all at night."""


@dataclass(frozen=True)
class Principal:
    """Somebody or something that acts: a signed-in user, a token's owner, or a part of the program itself."""

    name: str
    role: Role
    city: City | None
    """The town it belongs to; None for who serves all: administrators, and those of MAY_SERVE_BOTH on a joint duty."""
    scope: Scope = LIVE
    """The one scope it belongs to; what it makes belongs there too."""

    def may(self, permission: Permission) -> bool:
        """Whether the role carries `permission`."""
        return permission in GRANTS[self.role]

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed when the role does not carry `permission`."""
        if not self.may(permission):
            raise NotAllowed(Message("access.may_not", name=self.name, role=self.role, permission=permission))


def visibility(principal: Principal) -> Visibility:
    """The data that `principal` may see: the only answer to that question in the program."""
    return Visibility(visible_cities(principal), principal.scope)


def visible_cities(principal: Principal) -> frozenset[City]:
    """The towns among which `principal` may choose; which of their data it sees says `visibility`."""
    return all_towns() if principal.city is None else frozenset({principal.city})


def home_town(principal: Principal) -> City:
    """The town whose clock and forms `principal` is shown: its own, the first of those it sees where it serves more."""
    return principal.city or first_town(visible_cities(principal))


def require_city(principal: Principal, cities: City | Iterable[City], what: Message) -> None:
    """Raises NotFound unless `principal` may see at least one of `cities`: a stranger does not learn that it exists."""
    wanted = {cities} if isinstance(cities, City) else set(cities)
    if not wanted & visible_cities(principal):
        raise NotFound(Message("access.place_not_seen", what=what))
