"""What became of the carriers, one row each, as the tracer hands it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.stored import stored


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
    steps : int
        Steps taken by all carriers together.
    """

    seed_position: FloatArray
    position: FloatArray
    state: IntArray
    opening: IntArray
    facet: IntArray
    time: FloatArray
    diameter: FloatArray
    moment: FloatArray
    steps: int

    def count(self, state: CarrierState) -> int:
        """Number of carriers in `state`."""
        return int(np.count_nonzero(self.state == state))


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierCapture:
    """Capture of one kind of carrier.

    Attributes
    ----------
    name : str
    flux : Ensemble
        Seeded with the blood that enters.
    area : Ensemble
        Seeded uniformly over the inlet.
    control_flux : Ensemble or None
        `flux` without the magnetic field, where asked for.
    paths : ndarray, shape (p, q, 3)
        A few trajectories for pictures, in m, padded with nan.
    max_drift : float
        Largest magnetic drift speed on the lumen nodes of the median carrier, in m/s.
    diffusivity : float
        Stokes–Einstein diffusivity of the median carrier in m²/s.
    """

    name: str
    flux: Ensemble
    area: Ensemble
    control_flux: Ensemble | None
    paths: FloatArray
    max_drift: float
    diffusivity: float


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureResult:
    """Capture of all kinds of carriers of a case, in the order of the case."""

    carriers: tuple[CarrierCapture, ...]
