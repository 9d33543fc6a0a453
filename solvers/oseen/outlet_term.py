"""A load or a given flow at an outlet over a step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletTerm:
    """What holds at an outlet over a step, scaled: P = resistance Q + history, or Q = flow."""

    resistance: float = 0.0
    history: float = 0.0
    flow: float | None = None
