"""magcap.pipeline."""
