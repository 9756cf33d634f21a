"""Pre-flight checks: what stands in the way of a flight, why, and what would clear it."""
