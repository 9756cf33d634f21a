"""Does the link reach, does the card hold the pictures, and is what is recorded and lost agreed on?"""

import math
from dataclasses import replace

from mission.checks.inputs import Inputs
from mission.checks.titles import CARD, DATA_PROTECTION, LINK_LOSS
from mission.checks.verdict import Level, Verdict
from mission.registry.values import LinkLoss
from telemetry.positions import LocalFrame

CHECK = "link"
RULE = "the maker's figures and the town's reserves; UAS.OPEN.060 (1) (c)"
PRIVACY = "Regulation (EU) 2016/679, Articles 5 and 13: purpose, retention and notice of recordings"
RECORDING = "recording"
"""What an acknowledgement about recorded pictures names."""


def check(inputs: Inputs) -> list[Verdict]:
    """Range, card, link-loss action, and the notice that people are owed of being recorded."""
    return [_range(inputs), _storage(inputs), _loss(inputs), *_recording(inputs)]


def _range(inputs: Inputs) -> Verdict:
    home = inputs.profile.home
    stand = inputs.pilot_at
    frame = LocalFrame(home.lat, home.lon) if stand is None else LocalFrame(stand.lat, stand.lon)
    away = max(math.hypot(*frame.to_metres(s.ends.lat, s.ends.lon)) for s in inputs.profile.segments)
    usable = inputs.airframe.link_range_m * (1 - inputs.policy.link_reserve)
    numbers = {"farthest_m": round(away, 1), "usable_m": round(usable, 1)}
    said = f"at most {away:.0f} m from the pilot; the link is counted on to {usable:.0f} m"
    if away > usable:
        return Verdict(CHECK, Level.BLOCK, RULE, said, "stand nearer, or divide the flight", numbers)
    return Verdict(CHECK, Level.PASS, RULE, said, "", numbers)


def _storage(inputs: Inputs) -> Verdict:
    photos = inputs.profile.photos
    room = math.floor(inputs.airframe.photo_storage * (1 - inputs.policy.storage_reserve))
    numbers = {"photos": photos, "room": room}
    said = f"{photos} of the {room} pictures that the card is counted on to hold"
    if photos > room:
        return Verdict(CHECK, Level.BLOCK, RULE, said, "take fewer pictures, or divide the flight", numbers, title=CARD)
    return Verdict(CHECK, Level.PASS, RULE, said, "", numbers, title=CARD)


def _loss(inputs: Inputs) -> Verdict:
    drone = None if inputs.papers is None else inputs.papers.drone
    if drone is None:
        what = "what the drone does when it loses its link"
        unknown = inputs.not_known(CHECK, RULE, what, "enter its link-loss action in the register")
        return replace(unknown, title=LINK_LOSS)
    version = "" if inputs.papers is None else inputs.papers.version
    numbers = {"link_loss": drone.link_loss.value}
    if drone.link_loss is LinkLoss.RETURN:
        said = "when the link is lost it returns home, as the checks count on"
        return Verdict(CHECK, Level.PASS, RULE, said, "", numbers, version, title=LINK_LOSS)
    level = Level.BLOCK if drone.link_loss is LinkLoss.CONTINUE else Level.WARN
    said = f"when the link is lost it would {drone.link_loss}; energy and return are checked for a return home"
    return Verdict(CHECK, level, RULE, said, "set the link-loss action to return", numbers, version, title=LINK_LOSS)


def _recording(inputs: Inputs) -> list[Verdict]:
    photos = inputs.profile.photos
    if not photos:
        return []
    notice = inputs.policy.privacy_notice
    if notice:
        said = f"the town's notice of its recordings is at {notice}"
        return [Verdict(CHECK, Level.PASS, PRIVACY, said, "", {"photos": photos}, notice, title=DATA_PROTECTION)]
    said = f"pictures are taken ({photos}): is the purpose noted, the retention set, and are people told?"
    clears = "acknowledge it for this flight, or publish a notice and set it in the town's policy"
    numbers = {"photos": photos}
    asked = Verdict(CHECK, Level.ACKNOWLEDGE, PRIVACY, said, clears, numbers, "no notice", RECORDING)
    return [replace(asked, title=DATA_PROTECTION)]
