"""Reports: what a person on the street says, as an observation."""
