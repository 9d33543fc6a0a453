"""magcap.postprocess.report.report."""
