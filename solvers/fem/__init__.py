"""magcap.solvers.fem."""
