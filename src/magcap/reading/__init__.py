"""magcap.reading."""
