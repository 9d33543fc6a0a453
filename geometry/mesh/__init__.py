"""magcap.geometry.mesh."""
