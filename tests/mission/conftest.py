"""What several mission tests need: a database with every table of the floors below."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from telemetry.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A database on disk, as in production."""
    made = Store(f"sqlite:///{tmp_path / 'mission.db'}")
    SQLModel.metadata.create_all(made.engine)
    yield made
    made.close()
