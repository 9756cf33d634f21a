"""Simulated network cameras: a clip sent over real RTSP, again and again, with the faults real cameras have."""

from vision.simulator.camera import SimulatedCamera

__all__ = ["SimulatedCamera"]
