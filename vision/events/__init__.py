"""Events of fixed cameras in their vendors' words, turned into observations in `observing.py` and nowhere else."""

from vision.events import axis_lpr, frigate, plate_recognizer
from vision.events.values import DeviceEvent, Parser

FORMATS: dict[str, Parser] = {
    "frigate": frigate.parse,
    "plate_recognizer": plate_recognizer.parse,
    "axis_lpr": axis_lpr.parse,
}
"""Every format that is understood, by the name it has in an address."""

__all__ = ["FORMATS", "DeviceEvent", "Parser"]
