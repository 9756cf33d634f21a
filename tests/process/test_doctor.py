"""`vanagas doctor`: everything that is amiss is told at once, each with what to do."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from telemetry.mqtt.broker import EmbeddedBroker
from tests.process.running import free_port, typed
from tests.process.test_commands import STRONG


@pytest.fixture
def broker() -> Iterator[int]:
    """The port of a broker that knows one user."""
    loop = asyncio.new_event_loop()
    started, stopping = threading.Event(), asyncio.Event()
    port = free_port()

    async def serve() -> None:
        async with EmbeddedBroker(username="vanagas", password="right horse", port=port):
            started.set()
            await stopping.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    started.wait()
    yield port
    loop.call_soon_threadsafe(stopping.set)
    thread.join()
    loop.close()


def settings(folder: Path, port: int, *, password: str) -> Path:
    """A settings file of which, with the wrong password, everything is wrong."""
    (folder / "vanagas.toml").write_text(
        f"""
port = {free_port()}
categories_file = "{folder}/categories.toml"
closing_codes_file = "{folder}/closing.toml"
procedures_file = "{folder}/procedures.toml"
terrains = {{ dobele = "{folder}/dobele.tif" }}
signing_keys = {{ DRN-1 = "{folder}/key" }}
towns = {{ siauliai = {{ streets_file = "{folder}/streets.geojson" }} }}

[mqtt]
host = "127.0.0.1"
port = {port}
username = "vanagas"
password = "{password}"

[recording]
on = true
folder = "{folder}/nowhere"

[[videos]]
name = "UNKNOWN"
source = "rtsp://camera:hidden-word@127.0.0.1:{free_port()}/main"
rules = "{folder}/rules.toml"
"""
    )
    return folder


def test_every_fault_is_told_at_once_with_a_remedy(tmp_path: Path, broker: int) -> None:
    settings(tmp_path, broker, password="wrong horse")
    assert typed("db", "upgrade", "--data", str(tmp_path), env=STRONG).returncode == 0
    done = typed("doctor", "--json", "--data", str(tmp_path), env=STRONG)
    told = json.loads(done.stdout)
    amiss = {part["part"]: part for part in told["parts"] if part["state"] == "amiss"}
    assert (done.returncode, told["sound"]) == (1, False)
    expected = {
        "broker", "cameras", "categories", "file closing.toml", "file procedures.toml", "folder nowhere", "key DRN-1",
        "rules", "stream UNKNOWN",
        "streets siauliai", "terrain dobele",
    }  # fmt: skip
    assert expected <= amiss.keys()
    assert all(part["remedy"] for part in amiss.values())
    assert "hidden-word" not in done.stdout
    assert "wrong horse" not in done.stdout


def test_a_broker_that_lets_the_server_in_is_ticked(tmp_path: Path, broker: int) -> None:
    settings(tmp_path, broker, password="right horse")
    done = typed("doctor", "--json", "--data", str(tmp_path), env=STRONG)
    (found,) = [part for part in json.loads(done.stdout)["parts"] if part["part"] == "broker"]
    assert found["state"] == "sound"


def test_settings_that_cannot_be_used_are_one_fault_among_others(tmp_path: Path) -> None:
    (tmp_path / "vanagas.toml").write_text("port = 'many'\n")
    done = typed("doctor", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "port" in done.stdout, "web parts" in done.stdout) == (1, True, True)


def test_the_words_for_people_name_part_fault_and_remedy(tmp_path: Path) -> None:
    done = typed("doctor", "--data", str(tmp_path), env=STRONG)
    assert (done.returncode, "✗ nothing can be kept" in done.stdout, "db upgrade" in done.stdout) == (1, True, True)
