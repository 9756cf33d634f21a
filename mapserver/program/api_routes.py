"""The routes of the HTTP API, which is under /api/v1, in the order in which they are matched."""

from starlette.routing import BaseRoute

from mapserver.airspace import api as airspace
from mapserver.assignments import api as assignments
from mapserver.audit import api as audit
from mapserver.calendar import api as schedule
from mapserver.camera_setups import api as setups
from mapserver.cameras import api as cameras
from mapserver.cameras import list_api as camera_lists
from mapserver.clips import api as clips
from mapserver.clocks import api as clocks
from mapserver.custody import api as custody
from mapserver.debriefs import api as debriefs
from mapserver.devices import api as devices
from mapserver.dispatch import api as dispatch
from mapserver.dispatch import responders_api as responders
from mapserver.findings import api as findings
from mapserver.flights import api as flights
from mapserver.flights import control_api as control
from mapserver.footage import api as footage
from mapserver.grouping import api as grouping
from mapserver.handovers import api as handovers
from mapserver.incidents import api as incidents
from mapserver.incidents import attachments_api as attachments
from mapserver.incidents import corrections_api as corrections
from mapserver.incidents import handling_api as handling
from mapserver.incidents import search_api as search
from mapserver.intake import api as intake
from mapserver.links import api as links
from mapserver.map import api as map
from mapserver.map import places_api as places
from mapserver.mentions import api as mentions
from mapserver.observations import api as observations
from mapserver.papers import api as registry
from mapserver.people import api as people
from mapserver.people import tokens_api as tokens
from mapserver.plans import api as plans
from mapserver.plans import checks_api as checks
from mapserver.plans import rest_api as rest_of_flights
from mapserver.plates import api as plates
from mapserver.procedures import api as procedures
from mapserver.program import description_api as description
from mapserver.program import faults_api as faults
from mapserver.recordings import api as recordings
from mapserver.referrals import api as referrals
from mapserver.reports import api as reports
from mapserver.retention import api as retention
from mapserver.shifts import api as shifts
from mapserver.statistics import api as statistics
from mapserver.units import api as units
from mapserver.video import api as streams
from mapserver.weather import api as weather
from mapserver.zones import api as zones

_NOUNS = (
    # They are matched in this order, and devices send to these the most often.
    observations,
    intake,
    findings,
    airspace,
    assignments,
    attachments,
    audit,
    camera_lists,
    cameras,
    checks,
    clips,
    control,
    custody,
    debriefs,
    rest_of_flights,
    description,
    devices,
    dispatch,
    responders,
    faults,
    flights,
    footage,
    search,  # before `incidents/{incident_id}`
    grouping,
    handovers,
    incidents,
    corrections,
    handling,
    links,
    clocks,
    map,
    mentions,
    people,
    places,
    plans,
    plates,
    procedures,
    recordings,
    referrals,
    registry,
    reports,
    retention,
    schedule,
    setups,
    shifts,
    statistics,
    streams,
    tokens,
    units,
    weather,
    zones,
)
API_ROUTES: list[BaseRoute] = [route for noun in _NOUNS for route in noun.router.routes]
