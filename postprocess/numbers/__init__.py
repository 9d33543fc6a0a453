"""magcap.postprocess.numbers."""
