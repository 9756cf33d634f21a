"""Who may call a route: the principal, who must hold the permission that the name says. Grants none.

Roles and what each holds: `telemetry.access.GRANTS`.
"""

from typing import Annotated

from mapserver.web.dependencies import allowed
from telemetry.access import Permission, Principal

MaySeeMap = Annotated[Principal, allowed(Permission.SEE_MAP)]
MaySeeIncidents = Annotated[Principal, allowed(Permission.SEE_INCIDENTS)]
MaySeeFootage = Annotated[Principal, allowed(Permission.SEE_FOOTAGE)]
MayUnmask = Annotated[Principal, allowed(Permission.UNMASK)]
MayHoldEvidence = Annotated[Principal, allowed(Permission.HOLD_EVIDENCE)]
MaySeeAudit = Annotated[Principal, allowed(Permission.SEE_AUDIT)]
MayReport = Annotated[Principal, allowed(Permission.REPORT)]
MayHandIn = Annotated[Principal, allowed(Permission.HAND_IN)]
MayWorkIncidents = Annotated[Principal, allowed(Permission.WORK_INCIDENTS)]
MayPlanShifts = Annotated[Principal, allowed(Permission.PLAN_SHIFTS)]
MayDeploy = Annotated[Principal, allowed(Permission.DEPLOY)]
MayDrawZones = Annotated[Principal, allowed(Permission.DRAW_ZONES)]
MayFly = Annotated[Principal, allowed(Permission.FLY)]
MaySeeWatchList = Annotated[Principal, allowed(Permission.SEE_WATCH_LIST)]
MayKeepWatchList = Annotated[Principal, allowed(Permission.KEEP_WATCH_LIST)]
MayKeepAirspace = Annotated[Principal, allowed(Permission.KEEP_AIRSPACE)]
MayKeepRegister = Annotated[Principal, allowed(Permission.KEEP_REGISTER)]
MaySetUpCameras = Annotated[Principal, allowed(Permission.SET_UP_CAMERAS)]
MayAdminister = Annotated[Principal, allowed(Permission.ADMINISTER)]
