"""magcap.geometry.observers."""
