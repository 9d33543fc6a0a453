"""magcap.study."""
