"""Where the real files lie that nobody here wrote, for tests that skip where they are absent."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[4] / "shared" / "samples"


def sample(name: str) -> Path:
    """The file, or the test skipped."""
    path = SAMPLES / name
    if not path.exists():
        pytest.skip("the sample files are not here")
    return path
