"""Problem zones."""
