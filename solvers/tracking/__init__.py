"""magcap.solvers.tracking."""
