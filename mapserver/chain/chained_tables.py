"""Every table whose rows the chain proves. Who writes such a row calls `telemetry.chain.append`."""

from incidents.timeline.tables import CHAINED_TIMELINE
from mobile_units.custody.tables import CHAINED_CUSTODY
from telemetry.audit.tables import CHAINED_AUDIT
from telemetry.observations.tables import CHAINED_OBSERVATIONS

CHAINED_TABLES = (CHAINED_AUDIT, CHAINED_CUSTODY, CHAINED_OBSERVATIONS, CHAINED_TIMELINE)
