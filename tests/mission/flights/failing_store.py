"""A store that fails as a full disk makes it fail, for as long as a test says, before its commit or after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from telemetry.store import Store, Work


class FailingStore(Store):
    """Fails to write while `full`; `lose_answers` commits fail only after they are kept."""

    full = False
    lose_answers = 0

    @contextmanager
    def write(self) -> Iterator[Work]:
        if self.full:
            raise _full()
        with super().write() as work:
            yield work
        if self.lose_answers:
            self.lose_answers -= 1
            raise _full()


def _full() -> OperationalError:
    return OperationalError("COMMIT", {}, Exception("database or disk is full"))
