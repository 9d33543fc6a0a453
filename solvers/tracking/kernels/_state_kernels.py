"""A carrier between two steps, and what a step came to: numbers only."""

from __future__ import annotations

from typing import NamedTuple

from magcap.solvers.tracking.motion import Drag

#: Events: none, a facet, the wall; and where nothing was done, see `_step_kernels.advance`.
INSIDE, FACET, CONTACT, STRONG, SWIFT = 0, 1, 2, 3, 4


class State(NamedTuple):
    """A carrier before a step: cell, point, velocity (m/s; where its momentum is not integrated,
    `swift` = 0: the slip by lift and inertia in the last step), time (s), proposal for the step
    (s), side just entered through (−1: none), the wall's last answer, `swift`, and the last Drag
    that was found."""

    cell: int
    x: tuple[float, float, float]
    v: tuple[float, float, float]
    t: float
    h: float
    entry: int
    hold: int
    swift: int
    drag: Drag


class Step(NamedTuple):
    """What a step came to: event, side of the facet, point, velocity, time taken, next proposal,
    Drag."""

    event: int
    side: int
    x: tuple[float, float, float]
    v: tuple[float, float, float]
    dt: float
    h: float
    drag: Drag
