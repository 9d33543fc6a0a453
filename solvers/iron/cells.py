"""Cells with the total potential: the field H in them and what the material makes of it.

With u = ψ + θ the total potential and W the edge gradients (`solvers.iron.source_projection`),
H = W − ∇u at the quadrature points; B(H) and dB/dH = (B/H)(I − ĥĥ) + (dB/dH) ĥĥ follow from the
cells' laws: `magcap.solvers.iron.bh_curve`, or constant permeabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.library import SoftMaterial
from magcap.solvers.assembly import TensorStiffness

from . import _law_kernels as kernels
from .bh_curve import build


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """Material laws packed for compiled code; see `_law_kernels`.

    Attributes
    ----------
    rows : ndarray, shape (k, 5)
        First knot, end of the knots, scales in A/m and T, relative permeability.
    knots : ndarray, shape (n, 3)
    """

    rows: FloatArray
    knots: FloatArray

    @property
    def linear(self) -> NDArray[np.bool_]:
        """Which laws are constant permeabilities."""
        return np.asarray(self.rows[:, 0] == self.rows[:, 1])

    def flux_density(self, H: FloatArray, law_of: IntArray) -> FloatArray:
        """B in T, shape (n, q, 3), at H in T of that shape, with the law of each row."""
        H = np.ascontiguousarray(H)
        B: FloatArray = kernels.flux_density(H, law_of, self.rows, self.knots)
        return B

    def differential(self, H: FloatArray, law_of: IntArray) -> FloatArray:
        """dB/dH, relative, shape (n, q, 3, 3)."""
        H = np.ascontiguousarray(H)
        D: FloatArray = kernels.differential(H, law_of, self.rows, self.knots)
        return D


def pack(materials: Sequence[SoftMaterial]) -> Laws:
    """The laws of materials, in order."""
    rows, knots, count = [], [np.zeros((0, 3))], 0
    for material in materials:
        if material.relative_permeability is not None:
            rows.append((count, count, 1.0, 1.0, material.relative_permeability))
            continue
        table = build(material)
        rows.append((count, count + len(table.knots), *table.scales, 0.0))
        knots.append(table.knots)
        count += len(table.knots)
    return Laws(rows=np.array(rows).reshape(-1, 5), knots=np.concatenate(knots))


class IronCells:
    """Some local cells of a straight mesh with a law each.

    Parameters
    ----------
    space : dolfinx.fem.FunctionSpace
        Scalar Lagrange.
    cells : ndarray of int32, shape (n,)
        Local cells.
    law_of : ndarray of int, shape (n,)
        Row of the law of each.
    laws : Laws
    offset : ndarray, shape (n, 3)
        W in T, constant on each cell.
    degree : int
        Of the quadrature.

    Attributes
    ----------
    part : TensorStiffness
    """

    def __init__(
        self,
        space: Any,
        cells: NDArray[np.int32],
        law_of: IntArray,
        laws: Laws,
        offset: FloatArray,
        *,
        degree: int,
    ) -> None:
        self.part = TensorStiffness(space, cells, degree)
        self._law_of, self._laws = law_of, laws
        self._offset = offset[:, None]

    @property
    def cells(self) -> NDArray[np.int32]:
        """The local cells."""
        cells: NDArray[np.int32] = self.part.cells
        return cells

    def field(self, u: FloatArray) -> FloatArray:
        """H = W − ∇u in T, shape (n, q, 3), of local dof values."""
        return self._offset - self.part.gradients(u)

    def flux_density(self, H: FloatArray) -> FloatArray:
        """B in T, shape (n, q, 3), at H of that shape."""
        return self._laws.flux_density(H, self._law_of)

    def strength(self, B: FloatArray, guess: FloatArray) -> FloatArray:
        """H in T, shape (n, q, 3), at which the flux density is B; `guess` speeds it up."""
        laws = self._laws
        H: FloatArray = kernels.strengths(B, guess, self._law_of, laws.rows, laws.knots)
        return H

    def differential(self, H: FloatArray) -> FloatArray:
        """dB/dH, relative, shape (n, q, 3, 3)."""
        return self._laws.differential(H, self._law_of)

    def power(self, H: FloatArray, step: FloatArray, alpha: float) -> float:
        """∫ B(H + α step)·step over the cells."""
        laws = self._laws
        return float(
            kernels.power(H, step, alpha, self._law_of, laws.rows, laws.knots, self.part.weights)
        )

    def inner(self, a: FloatArray, b: FloatArray) -> float:
        """∫ a·b over the cells, of values at the points."""
        return float(np.einsum("cq,cqk,cqk->", self.part.weights, a, b))
