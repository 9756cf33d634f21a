"""Statistics, for pages and programs."""
