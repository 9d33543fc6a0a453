"""magcap.geometry.lumen.build."""
