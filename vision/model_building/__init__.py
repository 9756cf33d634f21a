"""Makes the shipped networks out of their published weights, once, at build time. Runs in no server."""
