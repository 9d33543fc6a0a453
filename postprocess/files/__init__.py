"""magcap.postprocess.files."""
