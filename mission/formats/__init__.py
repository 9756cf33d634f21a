"""Files that ground stations, controllers and maps read: any of them to a plan and back."""

from mission.formats.document import DEFAULT_HEIGHT_M, Dump, FenceArea, PlanFile
from mission.formats.files import FORMATS, PlanFormat, dump, load, read

__all__ = ["DEFAULT_HEIGHT_M", "FORMATS", "Dump", "FenceArea", "PlanFile", "PlanFormat", "dump", "load", "read"]
