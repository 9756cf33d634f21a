"""Units deployed to zones, and who holds them."""
