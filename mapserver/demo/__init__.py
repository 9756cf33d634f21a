"""The demo: two towns of invented places, simulated units and devices, and a story told through the real doors."""
