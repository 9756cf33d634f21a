"""The fixed cameras."""
