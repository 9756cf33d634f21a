"""What the analysis of one run did so far, in numbers. Counts nothing itself."""

from dataclasses import dataclass


@dataclass
class Counters:
    """What the analysis did so far; written by it, read by whoever shows it."""

    frames: int = 0
    corrupt: int = 0
    """Frames that were damaged: looked at with less trust."""
    gated: int = 0
    """Looked at by the gate only: nothing moved."""
    detections: int = 0
    """Pictures given to the detector."""
    network_runs: int = 0
    """How often it ran for them: more than once where parts of a wide picture are looked at."""
    findings: int = 0
    seconds: float = 0.0
    """How far into the video."""
