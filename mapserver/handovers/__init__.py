"""The handover to the next shift, for pages and programs."""
