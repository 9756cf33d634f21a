"""The catalogue of detection models and the converter that makes the shipped one. Runs no model."""
