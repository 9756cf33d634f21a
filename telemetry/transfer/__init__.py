"""Plans on their way to a vehicle and back: MAVLink's mission protocol, never half on board unnoticed."""
