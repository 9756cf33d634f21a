"""The procedure of one flight, from the first word of its vehicle to its outcome. Values in, values out: no I/O.

Fed by `mission.flights.engine`, which sends what it asks for to the vehicle, for the server and the terminal alike.
"""

from mission.flights.procedure.events import FlightInput
from mission.flights.procedure.machine import FlightProcedure, ProcedureStart
from mission.flights.procedure.outputs import BoardPlan, FlightOutcome, FlightResult, ProcedureOutput
from mission.flights.procedure.timeouts import FlightTimeouts

__all__ = [
    "BoardPlan",
    "FlightInput",
    "FlightOutcome",
    "FlightProcedure",
    "FlightResult",
    "FlightTimeouts",
    "ProcedureOutput",
    "ProcedureStart",
]
