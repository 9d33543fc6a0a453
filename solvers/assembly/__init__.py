"""magcap.solvers.assembly."""
