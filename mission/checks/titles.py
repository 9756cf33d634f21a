"""What each check is called for readers: the thing that it asks about. Its short name stays the same for programs."""

from telemetry.messages import Message, written

TITLED = frozenset(
    {
        "papers",
        "category",
        "height",
        "zones",
        "zone_data",
        "permits",
        "sight",
        "ground_risk",
        "energy",
        "weather",
        "daylight",
        "overlap",
        "geofence",
        "return_path",
        "link",
        "crew_duty",
        "autopilot",
        "images",
        "failsafes",
        "fence_enforced",
        "start",
        "plan",
    }
)
"""Short names of checks with a title. A check that asks several things gives some of them a title of their own."""
CARD = Message("checks.titles.card")
LINK_LOSS = Message("checks.titles.link_loss")
DATA_PROTECTION = Message("checks.titles.data_protection")
ITEMS = Message("checks.titles.items")
LEFT_OPEN = Message("checks.titles.left_open")
NEED = Message("checks.titles.need")


def title_of(check: str) -> Message:
    """The title of the check with this short name; an unknown name in words."""
    if check in TITLED:
        return Message(f"checks.titles.{check}")
    return written(check.replace("_", " ").capitalize())
