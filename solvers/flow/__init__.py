"""magcap.solvers.flow.steady."""
