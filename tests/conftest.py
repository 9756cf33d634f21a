"""What every part of the tests may ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mapserver.migrations import METADATA
from telemetry.store import Store

settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A fresh database with every table, on disk."""
    opened = Store(f"sqlite:///{tmp_path / 'test.db'}")
    METADATA.create_all(opened.engine)
    yield opened
    opened.close()
