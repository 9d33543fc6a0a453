"""Soft-magnetic materials: the curve B(H) of a material and the library of curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftMaterial:
    """A soft-magnetic material, isotropic and without hysteresis: linear or by a table.

    Attributes
    ----------
    name : str
    relative_permeability : float or None
        Of a linear material; None for one with a table.
    H : ndarray, shape (n,)
        Field strength in A/m, rising from 0; empty for a linear material.
    B : ndarray, shape (n,)
        Flux density in T, rising from 0; empty for a linear material.
    """

    name: str
    relative_permeability: float | None
    H: FloatArray
    B: FloatArray

    @property
    def linear(self) -> bool:
        """Whether B is proportional to H."""
        return self.relative_permeability is not None


def linear_material(relative_permeability: float) -> SoftMaterial:
    """A material of constant relative permeability."""
    empty: FloatArray = np.empty(0)
    return SoftMaterial(
        name=f"μr = {relative_permeability:g}",
        relative_permeability=relative_permeability,
        H=empty,
        B=empty,
    )
