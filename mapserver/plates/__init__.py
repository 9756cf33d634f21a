"""The watch list of number plates and its hits."""
