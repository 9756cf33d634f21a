"""Findings on their way home: in order, again until there is a receipt, bounded, and analysis never waits for them.

All of it over HTTP and over MQTT alike.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.vision.cluster.destinations import Opening, listening, serving
from tests.vision.cluster.findings import finding
from vision.cluster.destination import Destination
from vision.cluster.http_channel import PATH
from vision.cluster.outbox import Outbox
from vision.cluster.signed_messages import FINDINGS
from vision.cluster.spool import Spool

FINDS_AND_HANGS = """
import sys, threading
from pathlib import Path
from tests.vision.cluster.findings import finding
from vision.cluster.destination import Destination
from vision.cluster.outbox import Outbox
from vision.cluster.spool import Spool

place, url = sys.argv[1:]
outbox = Outbox(Destination(url, "sesame"), spool=Spool(Path(place), url, "C1"))
outbox.start()
for number in range(3):
    outbox.put(finding(number))
print("found", flush=True)
threading.Event().wait()
"""


@contextmanager
def sending(home: Destination, *, spool: Spool | None = None, most_bytes: int = 2**26) -> Iterator[Outbox]:
    outbox = Outbox(home, spool=spool, most_bytes=most_bytes)
    outbox.start()
    yield outbox
    outbox.stop(within_s=0)


@pytest.fixture(params=[serving, listening], ids=["HTTP", "MQTT"])
def opening(request: pytest.FixtureRequest) -> Opening:
    """What opens a home."""
    way: Opening = request.param
    return way


@pytest.mark.parametrize(("opening", "where"), [(serving, PATH), (listening, FINDINGS)], ids=["HTTP", "MQTT"])
def test_findings_come_home_in_order_with_the_token(opening: Opening, where: str) -> None:
    with opening() as server, sending(server.home) as outbox:
        for number in range(5):
            outbox.put(finding(number))
        assert server.got.get(timeout=60)[:2] == (where, "sesame")
        assert server.refs(4) == ["1", "2", "3", "4"]


@pytest.mark.parametrize("answer", [500, 503, 429, 401, 403])
def test_one_that_is_not_taken_now_is_sent_again_before_any_other(opening: Opening, answer: int) -> None:
    with opening() as server, sending(server.home) as outbox:
        server.answers = [answer]
        for number in range(2):
            outbox.put(finding(number))
        assert server.refs(3) == ["0", "0", "1"]


@pytest.mark.parametrize("answer", [404, 422])
def test_one_that_home_will_never_have_is_given_up_and_counted(opening: Opening, answer: int) -> None:
    with opening() as server:
        server.answers = [answer]
        outbox = Outbox(server.home)
        outbox.start()
        for number in range(2):
            outbox.put(finding(number))
        outbox.stop(within_s=60)
        assert server.refs(2) == ["0", "1"]
    state = outbox.state()
    assert (state.sent, state.refused, state.waiting) == (1, 1, 0)
    assert state.trouble is not None
    assert "1 was refused" in str(state.trouble)


def test_what_was_found_while_home_was_away_comes_when_it_is_back(opening: Opening) -> None:
    with opening() as server:
        home, port = server.home, server.port
    with sending(home) as outbox:
        for number in range(3):
            outbox.put(finding(number))
        while outbox.state().fault is None:
            threading.Event().wait(0.02)
        trouble = str(outbox.state().trouble)
        assert trouble.startswith("3 findings wait to come home (")
        assert f"127.0.0.1:{port} does not answer" in trouble
        with opening(port) as server:
            assert server.refs(3) == ["0", "1", "2"]


def test_too_many_that_wait_cost_the_oldest_and_it_is_said(opening: Opening) -> None:
    with opening() as server:
        outbox = Outbox(server.home, most=3)
        server.open.clear()
        outbox.start()
        for number in range(6):
            outbox.put(finding(number))
        assert outbox.state().dropped == 3
        assert "3 findings were given up" in str(outbox.state().trouble)
        server.open.set()
        outbox.stop(within_s=60)
        assert server.refs(server.got.qsize())[-3:] == ["3", "4", "5"]


def test_large_pictures_are_bounded_by_their_bytes(opening: Opening) -> None:
    with opening() as server, sending(server.home, most_bytes=30_000) as outbox:
        server.open.clear()
        for number in range(20):
            outbox.put(finding(number))
        assert outbox.state().waiting < 20
        server.open.set()


def test_what_cannot_be_sent_at_all_is_counted_and_ends_nothing(opening: Opening) -> None:
    with opening() as server, sending(server.home) as outbox:
        outbox.put(finding(1, attributes={"speed": float("nan")}))
        outbox.put(finding(2))
        assert server.refs(1) == ["2"]
        assert outbox.state().refused == 1


def test_a_home_that_moved_gets_what_waits(opening: Opening) -> None:
    with opening() as gone:
        old = gone.home
    with opening() as server, sending(old) as outbox:
        outbox.put(finding(1))
        outbox.move(server.home)
        assert server.refs(1) == ["1"]


def test_what_a_killed_process_had_not_sent_is_sent_by_the_next_on_that_machine(tmp_path: Path) -> None:
    with serving() as server:
        home = server.home
        port = server.port
    command = [sys.executable, "-c", FINDS_AND_HANGS, str(tmp_path / "out"), home.url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as finder:
        assert finder.stdout is not None
        assert finder.stdout.readline() == "found\n"
        with sending(home, spool=Spool(tmp_path / "out", home.url, "C1")) as beside:
            assert beside.state().waiting == 0  # what a living process has is its own
        os.kill(finder.pid, signal.SIGKILL)
    with serving(port) as server, sending(home, spool=Spool(tmp_path / "out", home.url, "C1")) as outbox:
        outbox.put(finding(3))
        assert server.refs(4) == ["0", "1", "2", "3"]
        while outbox.state().waiting:
            threading.Event().wait(0.01)
    assert not list(tmp_path.rglob("*.json"))


def test_what_was_not_sent_when_it_ended_is_left_on_disk_for_its_own_user_alone(tmp_path: Path) -> None:
    with serving() as server:
        home = server.home
    with sending(home, spool=Spool(tmp_path / "out", home.url, "C1")) as outbox:
        outbox.put(finding(1))
    (left,) = tmp_path.rglob("*.json")
    assert left.stat().st_size > 0
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    with sending(home, spool=Spool(tmp_path / "out", home.url, "C2")) as other:
        assert other.state().waiting == 0


def test_a_disk_that_takes_nothing_keeps_no_finding_from_being_sent(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder")
    with serving() as server, sending(server.home, spool=Spool(tmp_path / "out", server.home.url, "C1")) as outbox:
        outbox.put(finding(1))
        assert server.refs(1) == ["1"]


def test_a_token_is_not_shown() -> None:
    assert "sesame" not in repr(Destination("https://vanagas.example", "sesame"))
