"""magcap.pipeline.stages."""
