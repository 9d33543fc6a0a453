"""Lumens with exact flows for tests of the tracer alone: a tube, and a periodic slit channel."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Bend, Blood, Carrier, Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import TET_EDGES, Lumen, MeshQuality, Opening, TetMesh
from magcap.solvers import carriers, tracking
from magcap.solvers.results import FlowField
from magcap.solvers.tracking import Motion, PackedLumen, trace
from magcap.solvers.tracking.seeding import seeds

VISCOSITY = 3.5e-3
QUALITY = MeshQuality(cells=0, worst=1.0, median=1.0, smallest_edge=1.0, largest_edge=1.0)


def tube(radius: float = 3e-3, length: float = 80e-3, **sizes: Any) -> Lumen:
    """Straight tube along x, centred at 0."""
    vessel = Tube.model_validate(
        {"shape": "tube", "radius": f"{radius} m", "length": f"{length} m"}
    )
    return build_lumen(vessel, Mesh(resolution="coarse", **sizes))


def tight_bend() -> Lumen:
    """A bend of 120° that is tight and coarse."""
    vessel = Bend.model_validate(
        {
            "shape": "bend",
            "radius": "2 mm",
            "bend_radius": "6 mm",
            "angle": "120 deg",
            "inlet_length": "2 mm",
            "outlet_length": "2 mm",
        }
    )
    return build_lumen(vessel, Mesh(resolution="coarse"))


def poiseuille(lumen: Lumen, mean: float, radius: float = 3e-3) -> FloatArray:
    """2 U (1 − r²/R²) along x at the nodes, exactly 0 on the wall."""
    points = lumen.mesh.points
    u = np.zeros_like(points)
    u[:, 0] = 2 * mean * (1 - (points[:, 1] ** 2 + points[:, 2] ** 2) / radius**2)
    u[lumen.wall_distance == 0] = 0
    return u


def poiseuille_flow(
    lumen: Lumen, mean: float, radius: float, viscosity: float | FloatArray = VISCOSITY
) -> FlowField:
    """`poiseuille` as the flow solver hands it on, without pressure and wall stress."""
    u = poiseuille(lumen, mean, radius)
    n, rate = len(u), np.pi * radius**2 * mean
    return FlowField(
        velocity=u,
        pressure=np.zeros(n),
        viscosity=np.broadcast_to(viscosity, n).copy(),
        wall_traction=np.zeros((n, 3)),
        dofs=0,
        reynolds=0.0,
        flow_rates={"inlet": -rate, "outlet": rate},
        mass_imbalance=0.0,
        mean_pressures={},
        pressure_drop=0.0,
        max_speed=2 * mean,
        wall_shear_stress_mean=0.0,
        wall_shear_stress_max=0.0,
        kinetic_energy=0.0,
        newton_residuals=np.zeros(0),
    )


def channel(length: float, height: float, nx: int, nz: int) -> tuple[Lumen, IntArray]:
    """Slit between walls at z = 0 and z = height, periodic in y; and the periodic facets.

    Straight second-order cells: six tetrahedra a brick, one brick in y, two facet rows a pair.
    """
    width = height
    grid = [
        np.linspace(0, length, nx + 1),
        np.linspace(0, width, 3),
        np.linspace(0, height, nz + 1),
    ]
    points = np.stack(np.meshgrid(*grid, indexing="ij"), axis=-1).reshape(-1, 3)
    shape = (nx + 1, 3, nz + 1)
    number = np.arange(np.prod(shape)).reshape(shape)
    steps = [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)]
    i, j, k = (a.ravel() for a in np.meshgrid(*(np.arange(s - 1) for s in shape), indexing="ij"))
    cells = []
    for step in steps:
        corner = np.array([i, j, k])
        nodes = [number[tuple(corner)]]
        for axis in step:
            corner = corner + np.eye(3, dtype=int)[:, [axis]]
            nodes.append(number[tuple(corner)])
        if np.linalg.det(np.eye(3)[list(step)]) < 0:
            nodes[1], nodes[2] = nodes[2], nodes[1]
        cells.append(np.column_stack(nodes))
    mesh = _second_order(points, np.concatenate(cells), length, width, height)
    z = mesh.points[:, 2]
    openings = tuple(
        Opening(name=n, role=n, center=(0, 0, 0), normal=(0, 0, 0), area=1.0, radius=1.0)
        for n in ("inlet", "outlet")
    )
    lumen = Lumen(
        mesh=mesh,
        openings=openings,
        wall_distance=np.minimum(z, height - z),
        arc_length=mesh.points[:, 0],
        quality=QUALITY,
    )
    return lumen, _pairs(mesh, width)


def _second_order(
    points: FloatArray, cells: IntArray, length: float, width: float, height: float
) -> TetMesh:
    """Middle nodes, and the boundary by its planes (the periodic sides count as wall)."""
    edges = np.sort(cells[:, np.array(TET_EDGES)], axis=2).reshape(-1, 2)
    unique, back = np.unique(edges, axis=0, return_inverse=True)
    middles = points[unique].mean(axis=1)
    cells10 = np.column_stack([cells, len(points) + back.reshape(-1, 6)])
    sides = np.concatenate([cells[:, f] for f in ([1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2])])
    _, first, count = np.unique(
        np.sort(sides, axis=1), axis=0, return_index=True, return_counts=True
    )
    facets = sides[first[count == 1]]
    center = points[facets].mean(axis=1)
    tags = np.full(len(facets), 3)
    tags[np.isclose(center[:, 0], 0)] = 1
    tags[np.isclose(center[:, 0], length)] = 2
    lookup = {(int(a), int(b)): len(points) + n for n, (a, b) in enumerate(unique)}
    rows = np.sort(facets[:, [[0, 1], [1, 2], [0, 2]]], axis=2)
    extra = np.array([[lookup[int(a), int(b)] for a, b in row] for row in rows])
    return TetMesh(
        points=np.concatenate([points, middles]),
        cells=cells10,
        cell_tags=np.ones(len(cells), dtype=np.int64),
        facets=np.column_stack([facets, extra]),
        facet_tags=tags,
        regions={"lumen": 1},
        boundaries={"inlet": 1, "outlet": 2, "wall": 3},
    )


def _pairs(mesh: TetMesh, width: float) -> IntArray:
    """Rows of facets at y = 0 and their images at y = width."""
    y = mesh.points[mesh.facets[:, :3], 1]
    low, high = (np.flatnonzero(np.isclose(y, v).all(axis=1)) for v in (0.0, width))
    center = mesh.points[mesh.facets[:, :3]].mean(axis=1)
    key = np.round(center[:, [0, 2]] / (width * 1e-6)).astype(np.int64)
    low, high = (rows[np.lexsort(key[rows].T)] for rows in (low, high))
    return np.column_stack([low, high])


def join(mesh: PackedLumen, lumen: Lumen, pairs: IntArray) -> PackedLumen:
    """Link the cells behind paired facets, in place."""
    link, points = mesh.cells.link, lumen.mesh.points
    vertices = lumen.mesh.cells[mesh.order][:, :4]
    for one, two in [*pairs.tolist(), *pairs[:, ::-1].tolist()]:
        c, side = mesh.facet_cell[one], mesh.facet_side[one]
        other = mesh.facet_cell[two]
        own = points[vertices[c]][:, [0, 2]]
        code = 0
        for i, vertex in enumerate(vertices[other]):
            match = side
            if i != mesh.facet_side[two]:
                near = np.linalg.norm(own - points[vertex][[0, 2]], axis=1)
                near[side] = np.inf
                match = int(near.argmin())
            code |= match << (2 * i)
        code |= int(mesh.facet_side[two]) << 8
        link[c, side], link[c, 4 + side] = other, code
    return mesh


def pack(lumen: Lumen, velocity: FloatArray, force: tuple[float, float, float]) -> PackedLumen:
    """Packed lumen with a uniform force per moment (T/m) and constant viscosity."""
    n = len(velocity)
    w = np.broadcast_to(np.array(force, dtype=float), (n, 3))
    return tracking.pack(lumen, velocity, w, np.full(n, VISCOSITY))


def force_of(
    B: FloatArray, driver: FloatArray, *, law: str, saturation: float, susceptibility: float
) -> FloatArray:
    """Force per saturation moment by the code for a case's carrier; B in T, ½∇|B|² in T²/m."""
    carrier = Carrier.model_validate(
        {
            "name": "test",
            "diameter": "1 um",
            "magnetic_fraction": 0.1,
            "magnetization": law,
            "saturation": f"{saturation} A/m",
            "susceptibility": susceptibility,
        }
    )
    return carriers.force_per_moment(carrier, B, driver, Blood(), path="carrier")


def motion(n: int, diameter: float, drift: float = 0.0, **changes: Any) -> Motion:
    """Equal carriers whose bulk drift in a force per moment of 1 T/m is `drift` m/s; 37 °C."""
    values: dict[str, Any] = {
        "diameter": np.full(n, diameter),
        "moment": np.full(n, drift * 3 * np.pi * VISCOSITY * diameter),
        "density": 1060.0,
        "fluid_density": 1060.0,
        "temperature": 310.15,
        "gravity": np.zeros(3),
        "wall": False,
        "brownian": False,
        "inertial": False,
        "tolerance": 1e-3,
        "duration": 1e3,
        "seed": 1,
    }
    return Motion(**{**values, **changes})


def captured(
    lumen: Lumen, mesh: PackedLumen, how: Motion, *, weighting: str = "flux", seed: int = 1
) -> tuple[float, Any]:
    """Captured fraction and the ensemble; no carrier may be lost."""
    start = seeds(mesh, 0.5 * how.diameter, np.random.default_rng(seed), weighting=weighting)
    ensemble = trace(mesh, lumen, start, how)
    if (ensemble.state == 3).any():
        raise AssertionError(f"{(ensemble.state == 3).sum()} carriers lost")
    return float((ensemble.state == 1).mean()), ensemble


def assert_fraction(value: float, exact: float, n: int, *, level: float) -> None:
    """Within 3 standard deviations of the binomial, and within `level` absolute."""
    deviation = np.sqrt(exact * (1 - exact) / n)
    if not (abs(value - exact) <= 3 * deviation and abs(value - exact) <= level):
        raise AssertionError(f"{value:.6f} against {exact:.6f} (σ {deviation:.6f}, n {n})")
