"""Units: every drone, tower and body camera, where it is, and what it reports of itself."""
