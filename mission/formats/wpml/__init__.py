"""DJI's wayline files (WPML, a KMZ with wpmz/template.kml and wpmz/waylines.wpml), in and out.

Format: DJI Cloud API documentation, "DJI WPML" (template.kml, waylines.wpml, common elements).
"""

from mission.formats.wpml.aircraft import AIRCRAFT
from mission.formats.wpml.archive import read, read_kml, read_waylines, write

__all__ = ["AIRCRAFT", "read", "read_kml", "read_waylines", "write"]
