"""magcap.solvers.results.field."""
