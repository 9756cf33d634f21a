"""The supervisor of background workers."""
