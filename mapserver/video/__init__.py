"""Streams: read, analysed, watched."""
