"""The register: who operates, who flies, and which drones, with the papers that a flight stands on."""
