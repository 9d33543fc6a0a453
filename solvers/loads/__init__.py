"""magcap.solvers.loads."""
