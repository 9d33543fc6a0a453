"""The version, for whoever must not import `magcap` itself."""

from __future__ import annotations

__version__ = "0.1.0"
