"""How a captured fraction answers to the force, the flow and the tolerance of the tracer."""

from __future__ import annotations

from dataclasses import dataclass

from magcap.stored import stored


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Changes of the captured fraction (released with the blood that enters) in paired runs.

    Attributes
    ----------
    carriers : int
        Followed in each run, the same ones with the same random numbers.
    force : float
        dη/d ln F: the magnetic force larger everywhere by a small share.
    flow : float
        dη/d ln u: the velocity larger everywhere likewise.
    tolerance : float
        η at the tolerance of the run less η at a tenth of it.
    force_noise, flow_noise, tolerance_noise : float
        Standard errors of the three.
    """

    carriers: int
    force: float
    flow: float
    tolerance: float
    force_noise: float
    flow_noise: float
    tolerance_noise: float
