"""Statistics of incidents, for pages and programs."""
