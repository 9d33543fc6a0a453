"""magcap.postprocess.pictures."""
