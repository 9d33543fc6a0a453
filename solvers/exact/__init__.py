"""magcap.solvers.exact."""
