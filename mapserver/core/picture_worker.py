"""Pictures from outside are decoded in a process of their own, never in the server or in the turn to write.

What is done with a picture is `vision.frames.still_images`'s; here is only where, with how much memory, and how long.
"""

from incidents.attachments.reading import ReadFile, read_file
from telemetry.messages import Message
from telemetry.workers import WorkerPool
from vision.frames.still_images import clean_jpeg, require_whole_jpeg

WITHIN_S = 20.0
WAITING = 16
BYTES_PER_PIXEL = 9
"""A progressive JPEG keeps 6 bytes for each while it is decoded, and the picture itself has 3."""
BASE_MEMORY = 256 * 2**20
"""Bytes of the process beside its picture."""


class PictureWorker:
    """One process that decodes one picture at a time."""

    def __init__(self, *, most_pixels: int) -> None:
        self._most_pixels = most_pixels
        memory = BASE_MEMORY + most_pixels * BYTES_PER_PIXEL
        self._pool = WorkerPool(Message("server.work.pictures"), workers=1, waiting=WAITING, memory_bytes=memory)

    async def clean(self, content: bytes) -> bytes:
        """As `clean_jpeg`. Raises BadMedia, Overloaded, Unavailable."""
        return await self._pool.run_async(WITHIN_S, clean_jpeg, content, self._most_pixels)

    async def require_whole_jpeg(self, content: bytes) -> None:
        """As `require_whole_jpeg`. Raises BadMedia, Overloaded, Unavailable."""
        await self._pool.run_async(WITHIN_S, require_whole_jpeg, content, self._most_pixels)

    async def read_attachment(self, content: bytes) -> ReadFile:
        """As `read_file`. Raises BadMedia, Overloaded, Unavailable."""
        return await self._pool.run_async(WITHIN_S, read_file, content, self._most_pixels)

    def close(self) -> None:
        """End the process."""
        self._pool.close()
