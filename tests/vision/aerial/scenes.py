"""Ground drawn for the purpose, with things on it of known size, as a camera straight above would see them."""

import cv2
import numpy as np

from vision.frames.decoder import Image
from vision.ground.lens import Lens
from vision.ground.pose import Pose
from vision.ground.view import CameraView

WIDTH, HEIGHT = 640, 360
LENS = Lens(hfov_deg=60, aspect=WIDTH / HEIGHT)


def view(height_m: float) -> CameraView:
    return CameraView(Pose(56.6, 23.3, height_m, 0, -90), LENS)


def px_per_m(height_m: float) -> float:
    return WIDTH / (2 * height_m * LENS.half_width)


class Scene:
    """A field of gravel, larger than the picture."""

    def __init__(self, height_m: float, seed: int = 1) -> None:
        self._scale = px_per_m(height_m)
        rough = np.random.default_rng(seed).integers(60, 130, (120, 160, 1)).astype(np.uint8)
        grain = cv2.resize(rough, (WIDTH * 2, HEIGHT * 2), interpolation=cv2.INTER_CUBIC)
        self._ground = np.repeat(grain[:, :, None], 3, axis=2)
        self._random = np.random.default_rng(seed + 1)

    def picture(
        self,
        things: list[tuple[float, float, float, float]],
        *,
        camera: tuple[float, float] = (0.0, 0.0),
        gain: float = 1.0,
    ) -> Image:
        """`things`: middle (metres right and down from the picture's middle, over a camera at rest), length down the
        picture and width across, metres. `camera`: how far it has gone, metres right and down."""
        ground = self._ground.copy()
        for right, down, length, width in things:
            middle = np.array([WIDTH + right * self._scale, HEIGHT + down * self._scale])
            half = np.array([width, length]) * self._scale / 2
            (x1, y1), (x2, y2) = (middle - half).round().astype(int), (middle + half).round().astype(int)
            cv2.rectangle(ground, (int(x1), int(y1)), (int(x2) - 1, int(y2) - 1), (30, 40, 200), -1)
        left = round(WIDTH / 2 + camera[0] * self._scale)
        top = round(HEIGHT / 2 + camera[1] * self._scale)
        seen = ground[top : top + HEIGHT, left : left + WIDTH] * gain + self._random.normal(0, 2, (HEIGHT, WIDTH, 3))
        return np.clip(seen, 0, 255).astype(np.uint8)
