"""Commands over a link: asked often enough, however the time passed meanwhile."""

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import VehicleSilent
from telemetry.links import commands
from telemetry.links.address import free_udp_port
from telemetry.links.link import GROUND_STATION, Heard, Link
from telemetry.mavlink.frames import message_number
from telemetry.messages import written

TARGET = Heard(1, 1, mavlink.MAV_AUTOPILOT_PX4)


@pytest.mark.parametrize(("lost", "heard"), [(2, True), (10**9, False)])
async def test_a_program_that_stood_still_for_longer_than_it_waits_asks_again(
    lost: int, heard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "ANSWER_S", 0.0)
    monkeypatch.setattr(commands, "ASK_EVERY_S", 0.05)
    port, asked = free_udp_port(), 0
    mav = mavlink.MAVLink(None, 1, 1)
    async with Link(f"udpin://127.0.0.1:{port}") as ours, Link(f"udpout://127.0.0.1:{port}") as vehicle:

        def answer(frame: bytes) -> None:
            nonlocal asked
            if message_number(frame) != mavlink.MAVLINK_MSG_ID_COMMAND_LONG:
                return
            asked += 1
            if asked > lost:
                ack = mavlink.MAVLink_command_ack_message(400, 0, 0, 0, *GROUND_STATION)
                vehicle.send(ack.pack(mav))

        vehicle.listen(answer)
        if heard:
            await commands.command(ours, TARGET, 400, [1], written("arming"))
        else:
            with pytest.raises(VehicleSilent, match="no answer to arming"):
                await commands.command(ours, TARGET, 400, [1], written("arming"))
    assert asked >= 3
