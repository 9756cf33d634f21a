"""A camera's video as it comes: one connection, whose encoded packets go to whoever keeps, shows or analyses them."""
