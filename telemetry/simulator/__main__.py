"""`python -m telemetry.simulator`."""

from telemetry.simulator.vehicle import main

main()
