"""magcap.case."""
