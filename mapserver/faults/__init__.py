"""What is amiss with this server now: found at its start and while it runs, told to people, and asked by `doctor`."""

from mapserver.faults.registry import Faults, StandingFault
from mapserver.faults.values import Amiss, Inspection, Sound

__all__ = ["Amiss", "Faults", "Inspection", "Sound", "StandingFault"]
