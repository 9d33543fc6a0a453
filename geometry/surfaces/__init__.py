"""magcap.geometry.surfaces."""
