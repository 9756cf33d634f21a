"""Drones, towers and body cameras."""
