"""What moves on the ground, seen from above: found by its motion and named by its size in metres.

Networks trained on street pictures fail there (a car from straight above is a "cell phone" to them); motion and size do
not, where pose and lens are known.
"""
