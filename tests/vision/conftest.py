"""What several tests of vision share."""

import pytest

from tests.process import running
from vision.detection.detector import OnnxDetector, load_detector


@pytest.fixture
def free_port() -> int:
    """A TCP port on which nobody listens."""
    return running.free_port()


@pytest.fixture(scope="session")
def detector() -> OnnxDetector:
    """The shipped model, loaded once."""
    return load_detector()
