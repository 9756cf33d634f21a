"""Commands over a link, asked until answered: what the drivers' libraries have no word for. Decides nothing.

Protocol: mavlink.io, "Command protocol": COMMAND_LONG with a growing confirmation number, or COMMAND_INT where there is
a place, whose frame says what its height is above; answered by COMMAND_ACK.
"""

import asyncio
from collections.abc import Sequence

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from telemetry.errors import Conflict, VehicleSilent
from telemetry.links.link import GROUND_STATION, Heard, Link
from telemetry.mavlink.frames import message_number
from telemetry.messages import Message

ASK_EVERY_S = 0.4
ANSWER_S = 6.0
FEWEST_TRIES = 15
"""At a fifth of loss each way, one command in four million stays unanswered. They are counted, as time also passes
while this program stands still and asks nothing."""


async def command(
    link: Link, target: Heard, number: int, params: Sequence[float], what: Message, *, frame: int | None = None
) -> None:
    """Have the vehicle do MAV_CMD `number`; `what` is its name in a sentence, such as "the pause".

    With a MAV_FRAME, parameters 5 and 6 are a latitude and a longitude in degrees, and 7 a height in that frame.
    Raises Conflict when it refuses, VehicleSilent when it gives no answer in `ANSWER_S` seconds.
    """
    loop = asyncio.get_running_loop()
    answers = asyncio.Queue[int]()
    mav = mavlink.MAVLink(None, *GROUND_STATION)

    def look(frame: bytes) -> None:
        if message_number(frame) == mavlink.MAVLINK_MSG_ID_COMMAND_ACK:
            ack = mav.decode(bytearray(frame))
            ours = ack.target_system in (0, GROUND_STATION[0])  # a library behind the link asks under another number
            if ours and ack.command == number and ack.get_srcSystem() == target.system:
                answers.put_nowait(ack.result)

    stop = link.listen(look)
    end = loop.time() + ANSWER_S
    full = [*params, *[0.0] * (7 - len(params))]
    try:
        for confirmation in range(256):
            link.send(_packed(mav, target, number, full, frame, confirmation))
            result = await _within(answers, ASK_EVERY_S)
            if result == mavlink.MAV_RESULT_ACCEPTED:
                return
            if result is not None and result != mavlink.MAV_RESULT_IN_PROGRESS:
                words = mavlink.enums["MAV_RESULT"][result].name.removeprefix("MAV_RESULT_").lower()
                raise Conflict(Message("vehicle_commands.refused", link=link.address, what=what, result=words))
            if loop.time() >= end and confirmation + 1 >= FEWEST_TRIES:
                break
    finally:
        stop()
    raise VehicleSilent(Message("vehicle_commands.no_answer", link=link.address, what=what, within_s=ANSWER_S))


def _packed(
    mav: mavlink.MAVLink, target: Heard, number: int, params: Sequence[float], frame: int | None, confirmation: int
) -> bytes:
    to = (target.system, target.component)
    if frame is None:
        message = mavlink.MAVLink_command_long_message(*to, number, confirmation, *params)
    else:
        place = (round(params[4] * 1e7), round(params[5] * 1e7), params[6])
        message = mavlink.MAVLink_command_int_message(*to, frame, number, 0, 0, *params[:4], *place)
    packed: bytes = message.pack(mav)
    mav.seq = (mav.seq + 1) % 256
    return packed


async def _within(answers: "asyncio.Queue[int]", seconds: float) -> int | None:
    try:
        return await asyncio.wait_for(answers.get(), seconds)
    except TimeoutError:
        return None
