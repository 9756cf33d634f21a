"""What `vanagas fly --json` prints with the DroneKit driver: our JSON lines, and none of the library's."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from mission import formats
from mission.formats.document import PlanFile
from telemetry.links.address import free_udp_port
from telemetry.simulator.flavour import FlavourName
from telemetry.simulator.vehicle import SimulatedVehicleProcess
from tests.telemetry.vehicles.links import HOME, short_mission


async def test_the_library_prints_nothing_beside_our_lines_not_even_when_the_vehicle_does_not_arm(
    tmp_path: Path,
) -> None:
    plan, port = tmp_path / "short.geojson", free_udp_port()
    plan.write_bytes(formats.dump(PlanFile("short", tuple(short_mission())), "geojson").content)
    link = f"udpout://127.0.0.1:{port}"
    async with SimulatedVehicleProcess(link, HOME, speed=10, flavour=FlavourName.ARDUPILOT) as vehicle:
        await vehicle.tell("fail compass")
        args = ["fly", str(plan), "--link", f"udpin://127.0.0.1:{port}", "--json", "--confirm", "--driver", "dronekit"]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "mapserver", *args, "--tlog", str(tmp_path / "short.tlog")),
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        errors = asyncio.create_task(process.stderr.read())
        told = []
        async with asyncio.timeout(180):
            while line := await process.stdout.readline():
                told.append(json.loads(line))
                if told[-1]["event"] == "waiting" and "compass failure" in told[-1]["why"]:
                    await vehicle.tell("mend compass")
        assert await process.wait() == 0
    assert (await errors).decode() == ""
    assert told[-1]["outcome"] == "landed"
    assert [event["words"][0] for event in told if event["event"] == "failsafes"] == [
        "On link loss, after 10 s, it flies home (FS_GCS_ENABLE)."
    ]
