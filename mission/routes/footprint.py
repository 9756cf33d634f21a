"""What a camera sees straight down: ground resolution, footprint, and the spacings that overlaps ask for.

Pinhole camera over flat ground (Kraus, Photogrammetry, 2nd ed., section 3.1); lengths in metres unless named.
"""

from mission.routes.cameras import Camera


def gsd_cm(camera: Camera, altitude_m: float) -> float:
    """Centimetres of ground a pixel covers from `altitude_m` above it."""
    return 100 * altitude_m * camera.sensor_width_mm / (camera.focal_mm * camera.image_width_px)


def altitude_for_gsd(camera: Camera, centimetres: float) -> float:
    """Metres above the ground from which a pixel covers `centimetres`: the inverse of `gsd_cm`."""
    return centimetres * camera.focal_mm * camera.image_width_px / (100 * camera.sensor_width_mm)


def footprint_m(camera: Camera, altitude_m: float) -> tuple[float, float]:
    """Metres seen (across, along) the line of flight from `altitude_m`."""
    scale = altitude_m / camera.focal_mm
    return camera.sensor_width_mm * scale, camera.sensor_height_mm * scale


def spacing_m(camera: Camera, altitude_m: float, side_overlap: float) -> float:
    """Metres between neighbouring lines for a side overlap of 0..1."""
    return footprint_m(camera, altitude_m)[0] * (1 - side_overlap)


def trigger_m(camera: Camera, altitude_m: float, front_overlap: float) -> float:
    """Metres between pictures for a front overlap of 0..1."""
    return footprint_m(camera, altitude_m)[1] * (1 - front_overlap)
