"""UAS geographical zones: what the authorities publish, and whether a flight may be where it wants to be, and when."""
