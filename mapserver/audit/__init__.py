"""The audit trail, and pictures whose every viewing is on it."""
