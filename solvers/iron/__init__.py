"""magcap.solvers.iron."""
