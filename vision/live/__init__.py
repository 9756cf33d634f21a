"""A camera's video for those who look at it now: packed once for all of them, encoded again only under masks."""
