"""Whether things are forgotten in time."""
