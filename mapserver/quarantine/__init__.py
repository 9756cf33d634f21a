"""Quarantine: devices' messages about cameras that nobody knows yet, kept until the camera is added."""
