"""magcap.solvers.surface_charges.reaction."""
