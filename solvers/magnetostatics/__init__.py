"""magcap.solvers.magnetostatics."""
