"""A drone sent to an incident."""
