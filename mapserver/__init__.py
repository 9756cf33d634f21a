"""Floor 6: the web, the command line and the demo. Puts the floors below together; nothing imports it."""
