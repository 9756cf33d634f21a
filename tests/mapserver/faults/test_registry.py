"""The registry: what stands since when, logged once each way, and seen by the right towns."""

import logging

import pytest

from mapserver.faults import Amiss, Faults
from telemetry.cities import City
from telemetry.clock import ManualClock
from telemetry.messages import written
from tests.builders import NOON

AMISS = Amiss(written("the broker does not answer"), written("start it"))


def test_a_fault_is_logged_once_when_it_begins_and_once_when_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    faults = Faults(ManualClock(NOON))
    for _ in range(3):
        faults.begin("broker", AMISS)
    for _ in range(3):
        faults.end("broker")
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert "the broker does not answer; start it" in caplog.text


def test_a_fault_that_goes_on_keeps_its_beginning_and_takes_the_newer_words() -> None:
    clock = ManualClock(NOON)
    faults = Faults(clock)
    faults.begin("broker", AMISS)
    clock.advance(300)
    faults.begin("broker", Amiss(written("the broker refuses the password"), written("correct it")))
    (standing,) = faults.standing()
    assert (standing.since, str(standing.what)) == (NOON, "the broker refuses the password")


def test_a_town_sees_its_own_faults_and_those_of_the_whole_server() -> None:
    faults = Faults(ManualClock(NOON))
    faults.begin("disk", AMISS)
    faults.begin("terrain dobele", AMISS, city=City("dobele"))
    faults.begin("terrain siauliai", AMISS, city=City("siauliai"))
    assert [fault.part for fault in faults.standing([City("dobele")])] == ["disk", "terrain dobele"]


def test_listeners_hear_of_a_beginning_once() -> None:
    faults, heard = Faults(ManualClock(NOON)), []
    faults.listen(lambda fault: heard.append(fault.part))
    faults.begin("disk", AMISS)
    faults.begin("disk", AMISS)
    assert heard == ["disk"]
