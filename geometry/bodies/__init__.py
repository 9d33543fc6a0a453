"""magcap.geometry.bodies."""
