"""magcap.solvers.linalg."""
