"""The field far from the bodies, for observers there: by extraction in place of the mesh.

Cells grow with the distance from magnets and vessel, and the mesh ends; the gradient of a
potential differentiated twice there carries the cells' error (measured beside an electromagnet:
jumps of 10 to 30 % in ½∇|B|² at 46 mm depth). The extraction formula
(`magcap.solvers.error.extraction`) uses the potential near the bodies only, where the mesh is
fine, and gives the field anywhere outside, beyond the mesh as well: the exact field of the
sources plus that of charges and dipoles in a layer of air.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.geometry.bodies import bounding_box
from magcap.geometry.observers import Accuracy, Observer
from magcap.solvers import exact
from magcap.solvers.magnetostatics import FieldSolution
from magcap.solvers.results import FieldSample

from .extraction import build_layer, distance_to_solids, extracted_field, reacts_around

#: Points nearer to a body than the first share of the bodies' radius keep the field of the mesh;
#: between the values and beyond the last one layer serves each group. Beside a sphere of μr 100 the
#: error of ½∇|B|² is 1.5 to 16 % from the mesh and 0.15 to 2 % by extraction from 0.3 on; at 0.2,
#: where the layer is no thicker than a cell, 3 and 4 to 18 %.
_GROUPS = (0.3, 0.42, 0.6)


def with_distant(
    solution: FieldSolution, observers: Sequence[Observer], samples: Sequence[FieldSample]
) -> list[FieldSample]:
    """`samples` of the observers with the extracted field far from bodies; collective.

    Unchanged where an observer's accuracy is `Accuracy.NEAR`, where nothing but the sources makes
    the field, or where something else than the bodies is permeable.
    """
    better = list(samples)
    if solution.formulation not in solution.potentials or reacts_around(solution):
        return better
    p = solution.order
    # Ten times as many points: less exact (0.2 % of ½∇|B|² beside an electromagnet), far off only.
    ways = {Accuracy.FAR: (0, 2 * p), Accuracy.FAR_MANY: (-1, max(p, 2))}
    for accuracy, (from_group, degree) in ways.items():
        rows = [
            i for i, one in enumerate(observers) if one.accuracy is accuracy and len(one.points)
        ]
        found = _improved(
            solution, [samples[i] for i in rows], from_group=from_group, degree=degree
        )
        for i, sample in zip(rows, found, strict=True):
            better[i] = sample
    return better


def _improved(
    solution: FieldSolution,
    samples: Sequence[FieldSample],
    *,
    from_group: int,
    degree: int,
) -> list[FieldSample]:
    """Samples with the extracted field at points far from bodies, from a group of `_groups` on."""
    if not samples:
        return []
    points = np.concatenate([sample.points for sample in samples])
    B = np.concatenate([sample.B for sample in samples])
    gradient = np.concatenate([sample.grad_B for sample in samples])
    for rows in _groups(solution, points)[from_group:]:
        if rows.size:
            B[rows], gradient[rows] = _extracted(solution, points[rows], degree)
    ends = np.cumsum([len(sample.points) for sample in samples])[:-1]
    parts = zip(*(np.split(a, ends) for a in (points, B, gradient)), strict=True)
    return [exact.from_gradient(*part) for part in parts]


def _groups(solution: FieldSolution, points: FloatArray) -> list[NDArray[np.intp]]:
    """Rows of points in the outer air by their distance from the bodies, nearest group first."""
    boxes = [bounding_box(body) for _, body in solution.scene.solids]
    low = np.min([box[0] for box in boxes], axis=0)
    high = np.max([box[1] for box in boxes], axis=0)
    radius = 0.5 * float(np.linalg.norm(high - low))
    distance = distance_to_solids(solution.scene, points)
    cells = solution.locator.find(points)
    open_air = (cells < 0) | (solution.groups[cells] <= 0)
    edges = (*(share * radius for share in _GROUPS), np.inf)
    return [
        np.flatnonzero(open_air & (distance >= near) & (distance < far))
        for near, far in pairwise(edges)
    ]


def _extracted(
    solution: FieldSolution, points: FloatArray, degree: int
) -> tuple[FloatArray, FloatArray]:
    """B in T and ∂B_i/∂x_j in T/m at points from the layer between them and the bodies."""
    layer = build_layer(solution.field_mesh, solution.femesh, solution.scene, points, degree)
    return extracted_field(solution, layer, points)
