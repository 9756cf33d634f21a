"""`vanagas fly` as it is typed: through a bad link to a simulated vehicle, with each driver."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from mission import formats
from mission.formats.document import FenceArea, PlanFile
from telemetry.links.address import free_udp_port
from telemetry.links.impaired import ImpairedRelay, Trouble
from telemetry.logs.tlog import load_tlog
from telemetry.positions import Position
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from tests.telemetry.vehicles.links import HOME, short_mission

BOX = FenceArea(((56.61, 23.27), (56.61, 23.29), (56.63, 23.29), (56.63, 23.27)))
PLAN = PlanFile("short", tuple(short_mission()), fence=(BOX,), rally=(Position(lat=56.6201, lon=23.2801, alt_m=20),))

HIGH = PlanFile("high", tuple(short_mission(alt_m=140)))


@asynccontextmanager
async def flying(
    folder: Path,
    *more: str,
    flavour: FlavourName = FlavourName.PX4,
    speed: float = 10,
    loss: float = 0.0,
    plan: PlanFile = PLAN,
) -> AsyncIterator[Process]:
    """The command at work on a simulated vehicle behind a link of `loss`."""
    (folder / "short.geojson").write_bytes(formats.dump(plan, "geojson").content)
    port = free_udp_port()
    async with (
        ImpairedRelay(port, Trouble(loss=loss)) as relay,
        SimulatedVehicleProcess(f"udpout://127.0.0.1:{relay.vehicle_port}", HOME, speed=speed, flavour=flavour),
    ):
        args = ["fly", str(folder / "short.geojson"), "--link", f"udpin://127.0.0.1:{port}", "--json", *more]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mapserver", *args, "--tlog", str(folder / "short.tlog")),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def events(process: Process, right: Callable[[dict[str, Any]], bool] = lambda _: False) -> list[dict[str, Any]]:
    """What it prints, up to the first that is right or its end."""
    assert process.stdout is not None
    told: list[dict[str, Any]] = []
    async with asyncio.timeout(180):
        while line := await process.stdout.readline():
            told.append(json.loads(line))
            if right(told[-1]):
                break
    return told


async def test_a_signing_key_that_everybody_may_read_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)
    async with flying(tmp_path, "--signing-key", str(key)) as process:
        told = await events(process)
    assert [event["event"] for event in told] == ["end"]
    assert "chmod 600" in told[0]["why"]


@pytest.mark.parametrize(("driver", "flavour"), [("mavsdk", FlavourName.PX4), ("dronekit", FlavourName.ARDUPILOT)])
async def test_a_plan_is_flown_through_a_fifth_of_loss(tmp_path: Path, driver: str, flavour: FlavourName) -> None:
    async with flying(tmp_path, "--confirm", "--driver", driver, flavour=flavour, loss=0.2) as process:
        told = await events(process)
        assert await process.wait() == 0
    names = [event["event"] for event in told]
    assert [name for name in names if name not in ("waiting", "state", "mode", "item")] == [
        "connected", "plan", "failsafes", "checks", "uploaded", "uploaded", "uploaded", "confirmed", "started",
        "took off", "end",
    ]  # fmt: skip
    assert [event["on_board"] for event in told if event["event"] == "uploaded"] == ["new plan"] * 3
    end = told[-1]
    assert (end["outcome"], end["items_reached"], end["items"]) == ("landed", 6, 6)
    log = load_tlog(Path(end["tlog"]))
    assert log.damaged == 0
    assert {1, 255} <= set(log.messages["HEARTBEAT"].system)


async def test_without_a_typed_yes_nothing_is_armed(tmp_path: Path) -> None:
    async with flying(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write(b"y\n")
        told = await events(process)
        assert await process.wait() == 1
    assert (told[-1]["outcome"], "started" in {event["event"] for event in told}) == ("refused", False)
    armed = load_tlog(tmp_path / "short.tlog").messages["HEARTBEAT"]
    assert not any(armed.fields["base_mode"][armed.system == 1] & 128)


async def test_killed_in_the_air_it_leaves_a_log_of_all_but_its_last_second(tmp_path: Path) -> None:
    async with flying(tmp_path, "--confirm", speed=3) as process:
        told = await events(process, lambda event: event["event"] == "item" and event["items_reached"] >= 1)
        process.kill()
        await process.wait()
    log = load_tlog(tmp_path / "short.tlog")
    last_us = max(int(records.time_us.max()) for records in log.messages.values())
    assert last_us / 1e6 > datetime.fromisoformat(told[-1]["at"]).timestamp() - 1
    assert log.damaged <= 1  # the frame that was being written


async def test_a_plan_too_high_is_refused_unless_its_check_is_named(tmp_path: Path) -> None:
    async with flying(tmp_path, "--confirm", plan=HIGH) as process:
        told = await events(process)
        assert await process.wait() == 1
    assert (told[-1]["outcome"], "uploaded" in {event["event"] for event in told}) == ("refused", False)
    assert "--despite height" in told[-1]["why"]
    async with flying(tmp_path, "--despite", "height", plan=HIGH) as process:
        told = await events(process, lambda event: event["event"] == "uploaded")
    [checks] = [event for event in told if event["event"] == "checks"]
    assert checks["despite"][0].startswith("height: 140 m above ground")
    assert any("zone file" in said for said in checks["not_checked"])


async def test_ctrl_c_brings_it_home(tmp_path: Path) -> None:
    async with flying(tmp_path, "--confirm") as process:
        told = await events(process, lambda event: event["event"] == "item" and event["items_reached"] >= 3)
        process.send_signal(signal.SIGINT)
        told += await events(process)
        assert await process.wait() == 1
    assert "coming home" in {event["event"] for event in told}
    assert (told[-1]["outcome"], "landed" in told[-1]["why"]) == ("aborted", True)


async def test_ctrl_c_before_the_start_is_not_started(tmp_path: Path) -> None:
    async with flying(tmp_path) as process:
        await events(process, lambda event: event["event"] == "uploaded" and event["what"] == "mission")
        process.send_signal(signal.SIGINT)
        told = await events(process)
        assert await process.wait() == 1
    assert (told[-1]["event"], told[-1]["outcome"]) == ("end", "not started")


async def test_a_second_ctrl_c_lets_go_and_says_so(tmp_path: Path) -> None:
    async with flying(tmp_path, "--confirm", speed=3) as process:
        await events(process, lambda event: event["event"] == "took off")
        process.send_signal(signal.SIGINT)
        await events(process, lambda event: event["event"] == "coming home")
        process.send_signal(signal.SIGINT)
        told = await events(process)
        assert await process.wait() == 1
    assert (told[-1]["outcome"], "let go" in told[-1]["why"]) == ("aborted", True)


async def test_a_plan_that_cannot_be_read_is_refused_in_json_too(tmp_path: Path) -> None:
    async with flying(tmp_path, "--confirm", "--zones", str(tmp_path / "none.json")) as process:
        told = await events(process)
        assert await process.wait() == 2
    assert [event["outcome"] for event in told] == ["refused"]
