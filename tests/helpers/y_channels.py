"""A flat channel of two arms that merge, or split, on coarse meshes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from magcap.case import Blood, Flow, Mesh, MeshVessel, YChannel
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen, TetMesh
from magcap.geometry.volume_meshes import write_mesh

WIDTH, LENGTH = 2e-3, 4e-3
MU = 3.5e-3
#: In m³/s: by its mean velocity of 0.1 mm/s or so inertia is some thousandths of viscosity.
RATE = 1e-10
ARMS = ("inlet_1", "inlet_2")


@cache
def y_channel(height: float, direction: str = "merging", names: tuple[str, ...] = ARMS) -> Lumen:
    """The stem is along x from 0; arm 1 is on the side of positive y."""
    vessel = YChannel.model_validate(
        {
            "shape": "y-channel",
            "direction": direction,
            "width": f"{WIDTH} m",
            "height": f"{height} m",
            "length": f"{LENGTH} m",
            "branch_widths": ["1.3 mm", "1.3 mm"],
            "branch_length": "3 mm",
            "angles": ["40 deg", "40 deg"],
        }
    )
    sizes = {"lumen_size": f"{0.5 * height} m", "wall_size": f"{0.24 * height} m"}
    inlets = names if direction == "merging" else ()
    return build_lumen(vessel, Mesh.model_validate(sizes), inlets)


def thin_blood(density: float = 1060.0) -> Blood:
    """Newtonian."""
    return Blood.model_validate({"viscosity": f"{MU} Pa*s", "density": f"{density} kg/m^3"})


def entering(*rates: float, names: tuple[str, ...] = ARMS) -> Flow:
    """Flow rates in m³/s by the arms."""
    tables = [
        {"name": name, "flow_rate": f"{rate} m^3/s"}
        for name, rate in zip(names, rates, strict=True)
    ]
    return Flow.model_validate({"inlet": tables})


def in_the_middle(lumen: Lumen) -> np.ndarray:
    """Rows of the nodes that are farther than a width from every opening."""
    points = lumen.mesh.points
    off = [np.linalg.norm(points - one.center, axis=1) for one in lumen.openings]
    return np.flatnonzero(np.min(off, axis=0) > 1.2 * WIDTH)


def y_y_channel(height: float, path: Path) -> Lumen:
    """Two arms in, a stem, two arms out: a Y-channel and its mirror image as a file of one mesh.

    The ends "sample" (positive y) and "buffer" come in, "product" (positive y) and "waste" go out.
    """
    half = y_channel(height, "splitting").mesh
    count = int(half.cells[:, :4].max()) + 1
    ends = {"wall": ("wall", "wall"), "outlet_1": ("product", "sample")}
    ends["outlet_2"] = ("waste", "buffer")
    points = np.vstack([half.points[:count], half.points[:count] * [-1.0, 1.0, 1.0]])
    _, first, same = np.unique(
        np.round(points / height, 9) + 0.0, axis=0, return_index=True, return_inverse=True
    )
    cells = np.vstack([half.cells[:, :4], half.cells[:, [0, 2, 1, 3]] + count])
    order = ("sample", "buffer", "product", "waste")
    facets, tags = [], []
    for old, names in ends.items():
        for turned, name in enumerate(names):
            rows = half.facets_of(old)[:, :3]
            facets.append(rows[:, [0, 2, 1]] + count if turned else rows)
            tags.append(np.full(len(rows), 1 + (order.index(name) + 1 if name in order else 0)))
    mesh = TetMesh.of_lumen(
        points[first],
        same.ravel()[cells],
        same.ravel()[np.vstack(facets)],
        np.concatenate(tags),
        order,
    )
    write_mesh(path, mesh)
    vessel = MeshVessel.model_validate({"shape": "mesh", "file": path, "unit": "m"})
    return build_lumen(vessel, Mesh(), ("sample", "buffer"))
