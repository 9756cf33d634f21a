"""Clips out of recordings: blurred ones, and originals that are asked for."""
