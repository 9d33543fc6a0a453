"""magcap: from a magnet to the captured dose."""

__version__ = "0.1.0"
