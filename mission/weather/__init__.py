"""Weather: what a pilot saw or a service forecasts at a place for a while, and what it means for one flight."""
