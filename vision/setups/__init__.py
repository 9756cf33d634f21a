"""How each camera is set up: what it looks for, where it is blind, and how its picture lies on the ground."""
