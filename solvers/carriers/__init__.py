"""magcap.solvers.carriers."""
