"""Floor 1: what the field reports and how it travels. Imports nothing from the floors above."""
