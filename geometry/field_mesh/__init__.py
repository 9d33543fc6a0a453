"""magcap.geometry.field_mesh.build."""
