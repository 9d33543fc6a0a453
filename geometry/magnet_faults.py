"""Faults of the magnets of a case, each a sentence with its path."""

from __future__ import annotations

from collections.abc import Sequence

from magcap.case import Magnet


def magnet_faults(magnets: Sequence[Magnet]) -> list[str]:
    """All faults of the magnets; paths count from 1."""
    return []
