"""The routes of the pages, of the sockets and of what monitors ask. Those of the API: `api_routes.py`."""

from starlette.routing import BaseRoute

from mapserver.account import pages as account
from mapserver.account import sign_in_pages as signing
from mapserver.airspace import pages as permits
from mapserver.assignments import pages as deployments
from mapserver.audit import media_api as media
from mapserver.briefings import pages as briefings
from mapserver.calendar import pages as calendar
from mapserver.calendar import shift_pages as shifts
from mapserver.camera_setups import pages as setups
from mapserver.cameras import pages as cameras
from mapserver.clips import footage_pages as footage
from mapserver.clips import pages as clips
from mapserver.clocks import pages as clocks
from mapserver.custody import dock_pages as dock
from mapserver.custody import pages as my_camera
from mapserver.debriefs import pages as debriefs
from mapserver.dispatch import pages as dispatch
from mapserver.flights import pages as flights
from mapserver.grouping import pages as grouping
from mapserver.handovers import pages as handovers
from mapserver.incidents import correction_pages as corrections
from mapserver.incidents import handling_pages as handling
from mapserver.incidents import pages as incidents
from mapserver.incidents import procedure_pages as checklists
from mapserver.incidents import referral_pages as handing_over
from mapserver.incidents import search_pages as search
from mapserver.links import pages as links
from mapserver.map import pages as map
from mapserver.map import socket
from mapserver.mentions import pages as mentions
from mapserver.papers import pages as papers
from mapserver.people import pages as people
from mapserver.plans import pages as planner
from mapserver.plates import pages as plates
from mapserver.procedures import pages as procedures
from mapserver.program import health_api as health
from mapserver.program import metrics_api as metrics
from mapserver.referrals import pages as referrals
from mapserver.reports import pages as report
from mapserver.statistics import pages as statistics
from mapserver.units import pages as units
from mapserver.video import pages as wall
from mapserver.video import socket as video
from mapserver.weather import pages as weather

_NOUNS = (
    health,
    media,
    metrics,
    socket,
    video,
    signing,
    account,
    map,
    search,  # before `incidents/{incident_id}`
    grouping,
    links,
    clocks,
    incidents,
    handling,
    corrections,
    checklists,
    handing_over,
    handovers,
    dispatch,
    planner,
    debriefs,
    flights,
    footage,
    cameras,
    setups,
    clips,
    briefings,
    calendar,
    shifts,
    deployments,
    dock,
    mentions,
    my_camera,
    papers,
    people,
    permits,
    weather,
    plates,
    procedures,
    referrals,
    report,
    statistics,
    units,
    wall,
)
PAGE_ROUTES: list[BaseRoute] = [route for noun in _NOUNS for route in noun.router.routes]
