"""What was recorded of a camera or a unit."""
