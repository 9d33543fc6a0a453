"""magcap.geometry.segmented."""
