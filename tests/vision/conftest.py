"""What several tests of vision share."""

import socket

import pytest

from vision.detection.detector import OnnxDetector, load_detector


@pytest.fixture
def free_port() -> int:
    """A TCP port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture(scope="session")
def detector() -> OnnxDetector:
    """The shipped model, loaded once."""
    return load_detector()
