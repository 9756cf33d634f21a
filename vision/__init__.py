"""Floor 4: video in, findings out. Knows of no incident and no page; imports only telemetry."""
