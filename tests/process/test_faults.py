"""A small sample of `make faults`: nothing acknowledged is lost or doubled by `kill -9` over HTTP and MQTT."""

import random

from tests.faults.scenarios import SEED, killed


def test_kill_loses_and_doubles_nothing_that_was_acknowledged() -> None:
    outcome = killed(3, random.Random(SEED))
    assert outcome.held, outcome
