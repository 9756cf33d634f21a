"""Floor 5: observations become incidents, and every incident has one timeline. Knows no HTTP."""
