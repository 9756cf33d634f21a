"""A vehicle that keeps missions and does nothing else: MAVSDK's own server, until its standard input closes."""

import asyncio
import sys

from mavsdk.asyncio import ComponentType, Configuration, Mavsdk
from mavsdk.asyncio.plugins.mission_raw_server import MissionRawServerAsync
from mavsdk.asyncio.plugins.telemetry_server import TelemetryServerAsync


async def main(port: str) -> None:
    """Speak to `port` of this machine."""
    vehicle = Mavsdk(Configuration.create_with_component_type(ComponentType.AUTOPILOT))
    await vehicle.add_any_connection(f"udpout://127.0.0.1:{port}")
    component = await vehicle.server_component_by_type(ComponentType.AUTOPILOT)
    plugins = TelemetryServerAsync(component), MissionRawServerAsync(component)
    await asyncio.to_thread(sys.stdin.read)
    del plugins


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
