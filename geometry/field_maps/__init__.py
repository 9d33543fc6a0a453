"""magcap.geometry.field_maps."""
