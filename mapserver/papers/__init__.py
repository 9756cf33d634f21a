"""The register: papers of operators, pilots and drones."""
