"""A camera's video for those who look at it now: packed once for all of them, nothing encoded again."""
