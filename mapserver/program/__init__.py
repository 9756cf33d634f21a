"""The running program: application, routes, jobs, server, health. Puts the nouns together."""
