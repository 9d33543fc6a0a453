"""magcap.solvers.error."""
