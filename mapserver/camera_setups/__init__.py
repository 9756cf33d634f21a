"""How each camera is set up: its rules, its masks, where its picture lies on the ground, whose stream it is."""
