"""Floor 2: problem zones, routes, plans, flights. Imports telemetry alone; never mobile_units or vision."""
