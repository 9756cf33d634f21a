"""What each check is called for readers: the thing that it asks about. Its short name stays the same for programs."""

TITLES = {
    "papers": "Papers and certificates",
    "category": "Category of operation",
    "height": "Height above ground",
    "zones": "Airspace zones",
    "zone_data": "Age of the zone data",
    "permits": "Permits",
    "sight": "Within sight",
    "ground_risk": "People on the ground",
    "energy": "Battery",
    "weather": "Weather",
    "daylight": "Daylight",
    "overlap": "Other flights",
    "geofence": "Geofence",
    "return_path": "Way home",
    "link": "Radio link",
    "crew_duty": "Rest and duty",
    "autopilot": "Commands for the autopilot",
    "images": "Images per point",
    "failsafes": "Failsafes",
    "fence_enforced": "Fence on board",
}
"""By short name. A check that asks several things gives some of them a title of their own."""
CARD = "Room for pictures"
LINK_LOSS = "When the link is lost"
DATA_PROTECTION = "Data protection"
ITEMS = "Items of the plan"
LEFT_OPEN = "What the plan leaves open"
NEED = "Places to land in need"


def title_of(check: str) -> str:
    """The title of the check with this short name; an unknown name in words."""
    return TITLES.get(check) or check.replace("_", " ").capitalize()
