"""What is left of a plan whose flight was broken off, as a plan of its own."""
