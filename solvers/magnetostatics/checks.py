"""Numbers that judge a field: differences, the reaction's share, maxima that cannot be."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.mesh import TET_EDGES, FieldMesh


def relative_difference(values: FloatArray, reference: FloatArray) -> float:
    """Relative RMS difference; nan without a reference."""
    norm = float(np.linalg.norm(reference))
    return float(np.linalg.norm(values - reference)) / norm if norm > 0 else float("nan")


def largest_share(part: FloatArray, whole: FloatArray) -> float:
    """Largest |part| / |whole| of the rows, 0 without rows."""
    if not len(whole):
        return 0.0
    size = np.linalg.norm(whole, axis=1)
    return float((np.linalg.norm(part, axis=1) / np.maximum(size, 1e-300)).max())


def subharmonic_violation(field_mesh: FieldMesh, B: FloatArray) -> float:
    """Largest interior maximum of |B|² in air above its neighbours, relative; 0 where none.

    curl H = 0 and div B = 0 give ∇²|H|² = 2|∇H|² ≥ 0 in air: |H|² has no interior maximum.

    Parameters
    ----------
    field_mesh : FieldMesh
    B : ndarray, shape (n, 3)
        At the nodes of the mesh.
    """
    mesh = field_mesh.mesh
    square = np.einsum("ni,ni->n", B, B)
    air = mesh.cell_tags == mesh.regions["air"]
    judged = np.zeros(len(square), dtype=bool)
    judged[mesh.cells[air, :4]] = True
    judged[mesh.cells[~air, :4]] = False
    judged[mesh.facets[:, :3]] = False
    highest = np.zeros(len(square))
    cells = mesh.cells[air, :4]
    for i, j in TET_EDGES:
        np.maximum.at(highest, cells[:, i], square[cells[:, j]])
        np.maximum.at(highest, cells[:, j], square[cells[:, i]])
    excess = np.where(judged & (highest > 0), square / np.maximum(highest, 1e-300) - 1.0, 0.0)
    return float(max(excess.max(initial=0.0), 0.0))
