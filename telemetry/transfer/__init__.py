"""Plans on their way to a vehicle and back: MAVLink's mission protocol, and a plan that is never half on board unnoticed."""
