"""Objects in pictures: a network finds them, whole or region by region; a tracker follows them."""
