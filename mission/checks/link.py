"""Does the link reach, does the card hold the pictures, and is what is recorded and lost agreed on?"""

import math
from dataclasses import replace

from mission.checks.inputs import Inputs
from mission.checks.titles import CARD, DATA_PROTECTION, LINK_LOSS
from mission.checks.verdict import Level, Verdict
from mission.registry.values import LinkLoss
from telemetry.messages import Message

CHECK = "link"
RULE = Message("checks.link.rule")
PRIVACY = Message("checks.link.rule_privacy")
RECORDING = "recording"
"""What an acknowledgement about recorded pictures names."""


def check(inputs: Inputs) -> list[Verdict]:
    """Range, card, link-loss action, and the notice that people are owed of being recorded."""
    return [_range(inputs), _storage(inputs), _loss(inputs), *_recording(inputs)]


def _range(inputs: Inputs) -> Verdict:
    frame = inputs.pilot_frame
    away = max(math.hypot(*frame.to_metres(s.ends.lat, s.ends.lon)) for s in inputs.profile.segments)
    usable = inputs.airframe.link_range_m * (1 - inputs.policy.link_reserve)
    numbers = {"farthest_m": round(away, 1), "usable_m": round(usable, 1)}
    said = Message("checks.link.range", away=away, usable=usable)
    if away > usable:
        return Verdict(CHECK, Level.BLOCK, RULE, said, Message("checks.link.stand_nearer"), numbers)
    return Verdict(CHECK, Level.PASS, RULE, said, None, numbers)


def _storage(inputs: Inputs) -> Verdict:
    photos = inputs.profile.photos
    room = math.floor(inputs.airframe.photo_storage * (1 - inputs.policy.storage_reserve))
    numbers = {"photos": photos, "room": room}
    said = Message("checks.link.storage", photos=photos, room=room)
    if photos > room:
        return Verdict(CHECK, Level.BLOCK, RULE, said, Message("checks.link.take_fewer"), numbers, titled=CARD)
    return Verdict(CHECK, Level.PASS, RULE, said, None, numbers, titled=CARD)


def _loss(inputs: Inputs) -> Verdict:
    papers = inputs.held_papers
    drone = papers.drone
    if drone is None:
        what = Message("checks.link.loss_not_known")
        unknown = inputs.not_known(CHECK, RULE, what, Message("checks.link.enter_loss"))
        return replace(unknown, titled=LINK_LOSS)
    numbers = {"link_loss": drone.link_loss.value}
    if drone.link_loss is LinkLoss.RETURN:
        said = Message("checks.link.loss_returns")
        return Verdict(CHECK, Level.PASS, RULE, said, None, numbers, papers.version, titled=LINK_LOSS)
    level = Level.block_if(drone.link_loss is LinkLoss.CONTINUE)
    said = Message("checks.link.loss_otherwise", link_loss=drone.link_loss)
    clears = Message("checks.link.set_return")
    return Verdict(CHECK, level, RULE, said, clears, numbers, papers.version, titled=LINK_LOSS)


def _recording(inputs: Inputs) -> list[Verdict]:
    photos = inputs.profile.photos
    if not photos:
        return []
    notice = inputs.policy.privacy_notice
    if notice:
        said = Message("checks.link.notice", notice=notice)
        return [Verdict(CHECK, Level.PASS, PRIVACY, said, None, {"photos": photos}, notice, titled=DATA_PROTECTION)]
    said = Message("checks.link.is_recording_agreed", photos=photos)
    clears = Message("checks.link.acknowledge_recording")
    numbers = {"photos": photos}
    asked = Verdict(CHECK, Level.ACKNOWLEDGE, PRIVACY, said, clears, numbers, "no notice", RECORDING)
    return [replace(asked, titled=DATA_PROTECTION)]
