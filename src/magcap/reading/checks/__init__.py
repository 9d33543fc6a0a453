"""magcap.reading.checks."""
