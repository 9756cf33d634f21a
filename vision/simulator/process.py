"""Simulated cameras as a process of their own: `python -m vision.simulator.process`.

The first line on its standard input is JSON, what each camera shows by its name: street, still or flight. It answers
with the address of each, and from then on obeys `unplug NAME` and `plug NAME`, until its input ends.
"""

import asyncio
import json
import signal
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Self

from telemetry.errors import BadInput, Unavailable
from vision.simulator.camera import SimulatedCamera
from vision.simulator.camera_clips import Show, make_clips


class SimulatedCamerasProcess:
    """A context: the cameras are there in it, and end with us however we end."""

    def __init__(self, shows: dict[str, Show]) -> None:
        self._shows = shows
        self._process: Process | None = None
        self.addresses: dict[str, str] = {}
        """Where each is to be read."""

    async def __aenter__(self) -> Self:
        """Raises Unavailable when they do not begin."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "vision.simulator.process"), stdin=PIPE, stdout=PIPE
        )
        said = await self.tell(json.dumps(self._shows))
        if not said:
            await self.__aexit__()
            raise Unavailable("the simulated cameras did not begin; their own words are above")
        self.addresses = json.loads(said)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    async def tell(self, words: str) -> str:
        """Give it a line such as `unplug SIA-C03`; gives what it answers."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return ""
        self._process.stdin.write(words.encode() + b"\n")
        return (await self._process.stdout.readline()).decode().strip()


def main() -> None:
    """Be the cameras until the standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it closes our input
    shows = json.loads(sys.stdin.readline())
    with tempfile.TemporaryDirectory(prefix="vanagas-cameras-") as folder:
        clips = make_clips(Path(folder))
        cameras = {name: SimulatedCamera(clips[show]) for name, show in shows.items()}
        for camera in cameras.values():
            camera.start()
        print(json.dumps({name: camera.address for name, camera in cameras.items()}), flush=True)
        for line in sys.stdin:
            try:
                print(obey(cameras, line), flush=True)
            except BadInput as refused:
                print(refused.message, flush=True)
        for camera in cameras.values():
            camera.stop()


def obey(cameras: dict[str, SimulatedCamera], line: str) -> str:
    """Do what one line says, and say so. Raises BadInput for what is no order, or for no camera."""
    verb, _, name = line.strip().partition(" ")
    if verb not in ("plug", "unplug"):
        raise BadInput(f"{line.strip()!r} is no order; write unplug NAME or plug NAME")
    if name not in cameras:
        raise BadInput(f"there is no camera {name!r}; there is {', '.join(sorted(cameras))}")
    cameras[name].stop()
    if verb == "plug":
        cameras[name].start()
    if verb == "plug":
        return f"{name} is plugged in"
    return f"the plug of {name} is pulled"


if __name__ == "__main__":
    main()
