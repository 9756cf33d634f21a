"""After the landing: what the camera saw of the zone, what the battery gave, and the log-book of flights."""
