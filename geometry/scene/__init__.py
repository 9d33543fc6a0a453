"""magcap.geometry.scene.scene."""
