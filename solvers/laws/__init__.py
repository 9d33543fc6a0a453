"""magcap.solvers.laws.magnetisation."""
