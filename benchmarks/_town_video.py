"""A town's cameras for the benchmarks: what each shows, and the process that sends it again and again by RTSP."""

import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from vision.simulator import SimulatedCamera
from vision.simulator.camera_clips import Show


@dataclass(frozen=True)
class TownCamera:
    """One camera of the town."""

    name: str
    show: Show
    weight: float


def town(count: int) -> list[TownCamera]:
    """The first `count` of a drone, entrances, cameras, towers and body cameras in the proportions of two towns; of
    every 37 eight see something move."""
    kinds = [("drone", 1, 4.0, 1), ("entrance", 15, 4.0, 3), ("camera", 15, 1.0, 2), ("tower", 2, 2.0, 1)]
    kinds.append(("body camera", 4, 2.0, 1))
    moving: list[TownCamera] = []
    still: list[TownCamera] = []
    for kind, number, weight, move in kinds:
        for one in range(number):
            show: Show = "still" if one >= move else "flight" if kind == "drone" else "street"
            (moving if one < move else still).append(TownCamera(f"{kind} {one + 1}", show, weight))
    share = round(count * len(moving) / (len(moving) + len(still)))
    whole = [
        TownCamera(f"{one.name}{'' if not turn else f' ({turn + 1})'}", one.show, one.weight)
        for turn in range(-(-count // 37))
        for one in moving
    ][: max(1, share)]
    rest = [
        TownCamera(f"{one.name}{'' if not turn else f' ({turn + 1})'}", one.show, one.weight)
        for turn in range(-(-count // len(still)))
        for one in still
    ]
    return whole + rest[: count - len(whole)]


def send(cameras: list[TownCamera], clips: dict[Show, Path], wire: Connection) -> None:
    """In a process of its own: be the cameras. Told anything, nothing more is sent, and it says how many pictures each
    camera sent, in how many seconds of CPU and of time; told anything again, it ends."""
    simulated = [SimulatedCamera(clips[camera.show]) for camera in cameras]
    for camera in simulated:
        camera.start()
    cpu, begun = time.process_time(), time.monotonic()
    wire.send([camera.address for camera in simulated])
    wire.recv()
    for camera in simulated:
        camera.flowing.clear()
    time.sleep(0.3)
    wire.send(([camera.sent for camera in simulated], time.process_time() - cpu, time.monotonic() - begun))
    wire.recv()
    for camera in simulated:
        camera.stop()
