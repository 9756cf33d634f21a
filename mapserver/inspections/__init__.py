"""What is looked at, at start, while the server runs and by `vanagas doctor`: each says what is amiss."""
