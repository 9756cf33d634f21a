"""Decoded pictures: video packets into frames, and still images from outside."""
