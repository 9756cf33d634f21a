"""The demo: two towns with invented places, simulated units and devices, and a story that runs through the real doors."""
