"""The towns that the demo plays in."""

from telemetry.cities import City

DEMO_TOWNS = (City("siauliai"), City("dobele"))
