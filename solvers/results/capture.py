"""What became of the carriers, one row each, as the tracer hands it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.stored import stored

from .sensitivity import Sensitivity
from .touches import Touches


class CarrierState(IntEnum):
    """Where a carrier ended. The states of a release add up to the number released."""

    IN_FLIGHT = 0
    CAPTURED = 1
    EXITED = 2
    LOST = 3


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Ensemble:
    """Carriers of one kind released together, and where they ended; one row a carrier.

    Attributes
    ----------
    seed_position, position : ndarray, shape (n, 3)
        At the start and at the end, in m.
    state : ndarray of int, shape (n,)
        `CarrierState`.
    opening : ndarray of int, shape (n,)
        Index into `Lumen.openings` where it left, −1 otherwise.
    facet : ndarray of int, shape (n,)
        Row of `Lumen.mesh.facets` that it touched or crossed, −1 otherwise.
    time : ndarray, shape (n,)
        Time since release in s.
    diameter : ndarray, shape (n,)
        Hydrodynamic diameter in m.
    moment : ndarray, shape (n,)
        Saturation moment in A m².
    flux_weight, area_weight : ndarray, shape (n,)
        How many carriers of a release of n it stands for, with the blood that enters or uniform
        over the inlet; each sums to n.
    replicate : ndarray of int, shape (n,)
        Which of the independent releases it belongs to, from 0.
    steps : int
        Steps taken by all carriers together.
    touches : Touches
        First touches of the wall, captured or not.
    """

    seed_position: FloatArray
    position: FloatArray
    state: IntArray
    opening: IntArray
    facet: IntArray
    time: FloatArray
    diameter: FloatArray
    moment: FloatArray
    flux_weight: FloatArray
    area_weight: FloatArray
    replicate: IntArray
    steps: int
    touches: Touches

    def count(self, state: CarrierState) -> int:
        """Number of carriers followed that ended in `state`."""
        return int(np.count_nonzero(self.state == state))

    def weight(self, seeding: str) -> FloatArray:
        """The weights of a release by ``"flux"`` or by ``"area"``, shape (n,)."""
        return self.flux_weight if seeding == "flux" else self.area_weight

    def share(self, state: CarrierState, seeding: str) -> float:
        """Weighted share of the carriers that ended in `state`."""
        weight = self.weight(seeding)
        return float(weight[self.state == state].sum() / weight.sum())


def representative(weight: FloatArray) -> IntArray:
    """Rows that together stand for all, each for as many as any other.

    Systematic resampling (Kitagawa 1996, J. Comput. Graph. Stat. 5, 1) of as many rows as can be
    had without taking one twice, in ascending order. For pictures.

    >>> representative(np.array([1.0, 1.0, 0.5, 0.5])).tolist()
    [0, 1, 2]
    """
    if len(weight) == 0 or weight.max() <= 0.0:
        return np.zeros(0, dtype=np.int64)
    total = np.cumsum(weight / weight.max())
    number = max(int(total[-1] * (1 + 1e-12)), 1)
    marks = (np.arange(number) + 0.5) * (total[-1] / number)
    rows = np.minimum(np.searchsorted(total, marks), len(weight) - 1)
    return np.asarray(rows, dtype=np.int64)


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What moved the carriers of one kind.

    Attributes
    ----------
    forces : tuple of str
        By the names of ``capture.forces``; each lift by its own.
    inertial : bool
        Whether they were followed with inertia.
    inertial_slip : float
        Largest slip by the blood's acceleration, b |ρ_p − ρ_f| V |Du/Dt|, over its largest speed.
    """

    forces: tuple[str, ...]
    inertial: bool
    inertial_slip: float


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierCapture:
    """Capture of one kind of carrier.

    Attributes
    ----------
    name : str
    ensemble : Ensemble
        What was followed; its weights make of it a release by flux or by area.
    control : Ensemble or None
        The same carriers, seeds and random numbers without the magnetic field, where asked for.
    paths : ndarray, shape (p, q, 3)
        A few trajectories for pictures, in m, padded with nan.
    max_drift : float
        Largest magnetic drift speed on the lumen nodes of the median carrier, in m/s.
    diffusivity : float
        Stokes–Einstein diffusivity of the median carrier in m²/s.
    acting : Acting
        What moved them.
    sensitivity : Sensitivity or None
        How the captured fraction answers to force, flow and tolerance.
    other_fluid : Ensemble or None
        The same carriers, seeds and random numbers in plasma instead of blood or the other way
        round, where neither is sure.
    """

    name: str
    ensemble: Ensemble
    control: Ensemble | None
    paths: FloatArray
    max_drift: float
    diffusivity: float
    acting: Acting
    sensitivity: Sensitivity | None = None
    other_fluid: Ensemble | None = None


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What is captured although nothing pushes it.

    Attributes
    ----------
    ensemble : Ensemble
        Tracers without force, diffusion and size: none of them can reach a wall.
    """

    ensemble: Ensemble


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """Capture of all kinds of carriers of a case, in the order of the case."""

    carriers: tuple[CarrierCapture, ...]
