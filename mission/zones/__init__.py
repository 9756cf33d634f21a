"""Problem zones: the areas of a town that want attention from the air or the street."""
