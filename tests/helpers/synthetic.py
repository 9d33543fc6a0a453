"""Synthetic results for tests of postprocessing: no gmsh, no solver, known answers.

A straight tube along x with Poiseuille flow, the field of a point dipole below it and carriers
whose fates are drawn at random with a fixed seed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.case import Case
from magcap.constants import MU_0
from magcap.geometry.bodies import BodyShape
from magcap.geometry.mesh import (
    TET_EDGES,
    TRI_EDGES,
    FieldMesh,
    Lumen,
    MeshQuality,
    Opening,
    TetMesh,
)
from magcap.geometry.observers import observers_of
from magcap.geometry.scene import MagnetBody, MagneticScene
from magcap.postprocess.answer import summarise, write_results
from magcap.postprocess.files import write_summary
from magcap.postprocess.outcome import Outcome
from magcap.solvers.results import (
    Acting,
    CaptureResult,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
    MagneticField,
    Touches,
)

RADIUS, LENGTH, SPEED = 3e-3, 60e-3, 0.1
MAGNET_CENTER = np.array([0.0, 0.0, -25e-3])
_KUHN = ((0, 1, 3, 7), (0, 1, 7, 5), (0, 5, 7, 4), (0, 3, 2, 7), (0, 2, 6, 7), (0, 6, 4, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """Everything postprocessing takes."""

    case: Case
    lumen: Lumen
    field_mesh: FieldMesh | None
    scene: MagneticScene
    field: MagneticField
    flow: FlowField
    capture: CaptureResult

    def outcome(self, *, alone: bool = False) -> Outcome:
        """As the pipeline hands it to postprocessing; `alone`: the field only."""
        return Outcome(
            case=self.case,
            scene=self.scene,
            lumen=self.lumen,
            field_mesh=self.field_mesh,
            field=self.field,
            flow=None if alone else self.flow,
            capture=None if alone else self.capture,
        )

    def write(self, folder: Path, *, alone: bool = False) -> dict[str, Any]:
        """Write the files of the run but its figures, as the pipeline does; returns the summary."""
        outcome = self.outcome(alone=alone)
        summary = summarise(outcome, version="0.1.0") | {"timings": {"flow": 1.0}}
        write_results(folder, outcome)
        write_summary(folder, summary)
        return summary


def make(*, magnet: bool = True, carriers: int = 2, count: int = 2000, n: int = 6) -> Synthetic:
    """A whole synthetic run; `n` cells across the tube, 4 `n` along."""
    lumen = tube_lumen(n, 4 * n)
    field_mesh = box_field_mesh() if magnet else None
    case = make_case(magnet=magnet, carriers=carriers, count=count)
    scene = MagneticScene(magnets=(make_body(),) if magnet else ())
    field = make_field(lumen, field_mesh)
    if magnet:
        observed = {one.name: dipole(one.points) for one in observers_of(case, scene, lumen)}
        field = dataclasses.replace(field, observed=observed)
    return Synthetic(
        case=case,
        lumen=lumen,
        field_mesh=field_mesh,
        scene=scene,
        field=field,
        flow=make_flow(lumen),
        capture=CaptureResult(
            carriers=tuple(make_carrier(lumen, i, count) for i in range(carriers))
        ),
    )


def make_case(*, magnet: bool = True, carriers: int = 2, count: int = 2000) -> Case:
    """The case that belongs to the synthetic results."""
    data: dict[str, Any] = {
        "title": "Synthetic artery, button magnet",
        "vessel": {"shape": "tube", "radius": "3 mm", "length": "60 mm"},
        "flow": {"inlet": {"mean_velocity": "0.1 m/s"}},
        "target": {"shape": "sphere", "center": ["0 mm", "0 mm", "0 mm"], "radius": "10 mm"},
        "tissue": {
            "skin": ["0 mm", "0 mm", "-9 mm"],
            "normal": [0, 0, -1],
            "layer": [
                {"material": "skin", "thickness": "2 mm"},
                {"material": "fat", "thickness": "3 mm"},
                {"material": "muscle", "thickness": "12 mm"},
            ],
        },
        "carrier": [
            {"name": f"MSC {10 * (i + 1)} pg", "diameter": "15 um", "iron_mass": "10 pg",
             "core_diameter": "10 nm",
             "count": count}
            for i in range(carriers)
        ],
        "probe": [{"point": ["0 mm", "0 mm", "0 mm"]}],
    }  # fmt: skip
    if magnet:
        data["magnet"] = [
            {"shape": "cylinder", "diameter": "30 mm", "height": "30 mm", "remanence": "1.3 T",
             "center": ["0 mm", "0 mm", "-25 mm"]}
        ]  # fmt: skip
    return Case.model_validate(data)


def make_body() -> MagnetBody:
    """The magnet of the case."""
    return MagnetBody(
        name="magnet[1]",
        shape=BodyShape.CYLINDER,
        dimensions=(30e-3, 30e-3),
        center=MAGNET_CENTER.copy(),
        rotation=np.eye(3),
        remanence=np.array([0.0, 0.0, 1.3]),
        recoil_permeability=1.05,
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
    )


def tube_lumen(n: int, m: int) -> Lumen:
    """Straight tube of second order: an n x n grid squeezed to a disc, m cells along."""
    grid, cells = _lattice(n, n, m)
    square = 2.0 * grid[:, :2] - 1.0
    largest = np.abs(square).max(axis=1)
    norm = np.linalg.norm(square, axis=1)
    disc = square * np.divide(largest, norm, out=np.zeros_like(norm), where=norm > 0)[:, None]
    points = np.column_stack([LENGTH * (grid[:, 2] - 0.5), RADIUS * disc])
    cells = _positive(points, cells)
    on_wall = np.isclose(largest, 1.0)
    facets, tags = _tube_facets(points, cells, on_wall)
    points, cells, facets = _second_order(points, cells, facets)
    _project(points, facets[tags == 1])
    r = np.hypot(points[:, 1], points[:, 2])
    wall_nodes = np.unique(facets[tags == 1])
    distance = np.maximum(RADIUS - r, 0.0)
    distance[wall_nodes] = 0.0
    area = float(np.pi * RADIUS**2)
    openings = tuple(
        Opening(name=name, role=name, center=(x, 0.0, 0.0), normal=(np.sign(x), 0.0, 0.0),
                area=area, radius=RADIUS)
        for name, x in (("inlet", -LENGTH / 2), ("outlet", LENGTH / 2))
    )  # fmt: skip
    return Lumen(
        mesh=TetMesh(
            points=points, cells=cells, cell_tags=np.ones(len(cells), dtype=np.int64),
            facets=facets, facet_tags=tags, regions={"lumen": 1},
            boundaries={"wall": 1, "inlet": 2, "outlet": 3},
        ),
        openings=openings,
        wall_distance=distance,
        arc_length=points[:, 0] + LENGTH / 2,
        quality=MeshQuality(cells=len(cells), worst=0.3, median=0.7, smallest_edge=2e-4,
                            largest_edge=2e-3, wall_cells=4.0),
    )  # fmt: skip


def box_field_mesh(n: int = 20, half: float = 60e-3) -> FieldMesh:
    """A box of tetrahedra with the cells near the magnet's centre tagged as the magnet."""
    grid, cells = _lattice(n, n, n)
    points = half * (2.0 * grid - 1.0)
    cells = _positive(points, cells)
    offset = points[cells].mean(axis=1) - MAGNET_CENTER
    inside = (np.hypot(offset[:, 0], offset[:, 1]) < 15e-3) & (np.abs(offset[:, 2]) < 15e-3)
    return FieldMesh(
        mesh=TetMesh(
            points=points, cells=cells, cell_tags=np.where(inside, 2, 1).astype(np.int64),
            facets=np.empty((0, 3), dtype=np.int64), facet_tags=np.empty(0, dtype=np.int64),
            regions={"air": 1, "magnet_1": 2}, boundaries={"outer": 1},
        ),
        center=(0.0, 0.0, 0.0),
        radius=half,
        quality=MeshQuality(cells=len(cells), worst=0.4, median=0.8, smallest_edge=6e-3,
                            largest_edge=1e-2),
    )  # fmt: skip


def dipole(points: FloatArray) -> FieldSample:
    """Field of a point dipole at the magnet's centre, its gradient analytic, in SI.

    B = μ0/4π [3 (m·r) r/r⁵ − m/r³],
    ∂B_i/∂x_j = 3μ0/4π [(m_j r_i + m_i r_j + (m·r) δ_ij)/r⁵ − 5 (m·r) r_i r_j/r⁷].
    """
    m = np.array([0.0, 0.0, 1.3 / MU_0 * np.pi * (15e-3) ** 2 * 30e-3])
    d = points - MAGNET_CENTER
    r = np.maximum(np.linalg.norm(d, axis=1), 13e-3)
    mr, k = d @ m, MU_0 / (4 * np.pi)
    B = k * (3 * mr[:, None] * d / r[:, None] ** 5 - m / r[:, None] ** 3)
    first = d[:, :, None] * m + m[:, None] * d[:, None, :] + mr[:, None, None] * np.eye(3)
    second = 5 * mr[:, None, None] * d[:, :, None] * d[:, None, :]
    grad = 3 * k * (first / r[:, None, None] ** 5 - second / r[:, None, None] ** 7)
    return FieldSample(
        points=points, B=B, grad_half_B2=np.einsum("ni,nij->nj", B, grad), grad_B=grad
    )


def make_field(lumen: Lumen, field_mesh: FieldMesh | None) -> MagneticField:
    """The dipole on the lumen, or no field at all without a field mesh."""
    lumen_sample = dipole(lumen.mesh.points)
    probes = dipole(np.zeros((1, 3)))
    if field_mesh is None:
        lumen_sample, probes = _nothing(lumen_sample), _nothing(probes)
    mesh_B = np.empty((0, 3)) if field_mesh is None else dipole(field_mesh.mesh.points).B
    return MagneticField(
        lumen=lumen_sample,
        observed={"probes": probes},
        mesh_B=mesh_B,
        formulation="reduced",
        dofs=1234,
        iterations=11,
        error_B=3e-4,
        error_force=np.nan if field_mesh is None else 2e-3,
        error_reference="exact field of the magnets",
        reaction_share=0.02,
        subharmonic_violation=0.0,
    )


def make_flow(lumen: Lumen) -> FlowField:
    """Poiseuille flow: U = 0.1 m/s, μ = 3.5 mPa s."""
    points = lumen.mesh.points
    r2 = (points[:, 1] ** 2 + points[:, 2] ** 2) / RADIUS**2
    velocity = np.zeros_like(points)
    velocity[:, 0] = np.where(lumen.wall_distance > 0, 2 * SPEED * (1 - r2), 0.0)
    slope = 8 * 3.5e-3 * SPEED / RADIUS**2
    traction = np.zeros_like(points)
    traction[lumen.wall_distance == 0, 0] = 0.5 * slope * RADIUS
    rate = SPEED * np.pi * RADIUS**2
    return FlowField(
        velocity=velocity, pressure=slope * (LENGTH / 2 - points[:, 0]),
        viscosity=np.full(len(points), 3.5e-3), wall_traction=traction, dofs=5678,
        reynolds=1060 * SPEED * 2 * RADIUS / 3.5e-3,
        flow_rates={"inlet": -rate, "outlet": rate}, mass_imbalance=1e-15,
        mean_pressures={"inlet": slope * LENGTH, "outlet": 0.0}, pressure_drop=slope * LENGTH,
        max_speed=2 * SPEED, wall_shear_stress_mean=0.5 * slope * RADIUS,
        wall_shear_stress_max=0.5 * slope * RADIUS, kinetic_energy=1e-6,
        newton_residuals=np.array([1.0, 1e-3, 1e-9]),
    )  # fmt: skip


def make_carrier(lumen: Lumen, index: int, count: int) -> CarrierCapture:
    """Captured fractions of about 0.3 by flux, 0.4 by area and, without the magnet, 0.02.

    Half of the carriers are captured half as often; by flux and by area these weigh otherwise.
    """
    rng = np.random.default_rng(100 + index)
    drift = 40e-6 * (index + 1)
    seeds = make_ensemble(lumen, rng, count)
    x = np.linspace(0.0, 1.0, 60)[None, :, None]
    start, end = seeds.seed_position[:40, None], seeds.position[:40, None]
    bow = np.array([0.0, 0.0, 1.0]) * (x**2 - x) * 0.5e-3
    return CarrierCapture(
        name=f"MSC {10 * (index + 1)} pg",
        ensemble=seeds,
        control=make_control(seeds, rng),
        paths=start + x * (end - start) + bow,
        max_drift=drift,
        diffusivity=8.6e-15,
        acting=Acting(forces=("magnetic", "drag", "wall"), inertial=False, inertial_slip=2e-5),
    )


def make_control(seeds: Ensemble, rng: np.random.Generator) -> Ensemble:
    """The same carriers; of those captured one in fifteen still is, the others leave."""
    away = (seeds.state == CarrierState.CAPTURED) & (rng.random(len(seeds.state)) > 1 / 15)
    position = np.where(away[:, None], [LENGTH / 2, 0.0, 0.0], seeds.position)
    return replace(
        seeds,
        position=position,
        state=np.where(away, CarrierState.EXITED, seeds.state),
        opening=np.where(away, 1, seeds.opening),
        facet=np.where(away, -1, seeds.facet),
    )


def make_ensemble(lumen: Lumen, rng: np.random.Generator, count: int) -> Ensemble:
    """Carriers captured around x = 0 on the lower wall, of every other one half as many."""
    often = np.arange(count) % 2 == 0
    fraction = np.where(often, 0.5, 0.25)
    radius, angle = RADIUS * np.sqrt(rng.random(count)), 2 * np.pi * rng.random(count)
    seed = np.column_stack(
        [np.full(count, -LENGTH / 2), radius * np.cos(angle), radius * np.sin(angle)]
    )
    state = np.where(rng.random(count) < fraction, CarrierState.CAPTURED, CarrierState.EXITED)
    state[rng.random(count) < 0.01] = CarrierState.IN_FLIGHT
    position = seed.copy()
    position[:, 0] = LENGTH / 2
    captured = state == CarrierState.CAPTURED
    turn = -np.pi / 2 + 0.5 * rng.standard_normal(count)
    spot = np.clip(6e-3 * rng.standard_normal(count), -LENGTH / 2, LENGTH / 2)
    position[captured] = np.column_stack(
        [spot, RADIUS * np.cos(turn), RADIUS * np.sin(turn)]
    )[captured]  # fmt: skip
    position[state == CarrierState.IN_FLIGHT, 0] = 0.0
    facet = _nearest_facet(lumen, position, captured)
    time = 0.2 + 0.5 * rng.random(count)
    pull = np.where(captured, 10e-12 * (0.5 + rng.random(count)), np.nan)
    drag = np.where(captured, 120e-12, np.nan)
    touches = Touches(
        touched=captured,
        position=np.where(captured[:, None], position, np.nan),
        facet=facet,
        time=np.where(captured, time, np.nan),
        pull=pull,
        drag=drag,
        friction_needed=drag / pull,
    )
    return Ensemble(
        seed_position=seed, position=position, state=state.astype(np.int64),
        opening=np.where(state == CarrierState.EXITED, 1, -1).astype(np.int64),
        facet=facet, time=time, touches=touches,
        diameter=np.full(count, 15e-6), moment=np.full(count, 1.19e-12), steps=100 * count,
        flux_weight=np.where(often, 0.4, 1.6), area_weight=np.where(often, 1.2, 0.8),
        replicate=(np.arange(count) // 2 % 16).astype(np.int64),
    )  # fmt: skip


def _nearest_facet(lumen: Lumen, position: FloatArray, captured: NDArray[np.bool_]) -> IntArray:
    from scipy.spatial import cKDTree

    rows = np.flatnonzero(lumen.mesh.facet_tags == 1)
    centers = lumen.mesh.points[lumen.mesh.facets[rows][:, :3]].mean(axis=1)
    facet = np.full(len(position), -1, dtype=np.int64)
    facet[captured] = rows[cKDTree(centers).query(position[captured])[1]]
    return facet


def _nothing(sample: FieldSample) -> FieldSample:
    return FieldSample(
        points=sample.points, B=0 * sample.B, grad_half_B2=0 * sample.grad_half_B2,
        grad_B=0 * sample.grad_B,
    )  # fmt: skip


def _lattice(nx: int, ny: int, nz: int) -> tuple[FloatArray, IntArray]:
    """Unit cube of nx × ny × nz boxes, each split into Kuhn's six tetrahedra."""
    axes = [np.linspace(0.0, 1.0, k + 1) for k in (nx, ny, nz)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    index = np.arange(len(points)).reshape(nx + 1, ny + 1, nz + 1)
    corners = np.stack(
        [
            index[i : nx + i, j : ny + j, k : nz + k].ravel()
            for i in (0, 1) for j in (0, 1) for k in (0, 1)
        ],
        axis=1,
    )  # fmt: skip
    return points, corners[:, np.array(_KUHN)].reshape(-1, 4).astype(np.int64)


def _positive(points: FloatArray, cells: IntArray) -> IntArray:
    a, b, c, d = (points[cells[:, i]] for i in range(4))
    volume = np.einsum("ij,ij->i", np.cross(b - a, c - a), d - a)
    flipped = np.where(volume[:, None] < 0, cells[:, [0, 2, 1, 3]], cells)
    return np.ascontiguousarray(flipped[np.abs(volume) > 1e-6 * np.abs(volume).max()])


def _tube_facets(
    points: FloatArray, cells: IntArray, on_wall: NDArray[np.bool_]
) -> tuple[IntArray, IntArray]:
    """Boundary triangles and their tags: 1 wall, 2 inlet, 3 outlet."""
    faces = np.sort(cells[:, [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]]].reshape(-1, 3), axis=1)
    unique, counts = np.unique(faces, axis=0, return_counts=True)
    facets = unique[counts == 1]
    x = points[facets, 0]
    tags = np.ones(len(facets), dtype=np.int64)
    tags[np.all(np.isclose(x, -LENGTH / 2), axis=1)] = 2
    tags[np.all(np.isclose(x, LENGTH / 2), axis=1)] = 3
    return facets.astype(np.int64), tags


def _second_order(
    points: FloatArray, cells: IntArray, facets: IntArray
) -> tuple[FloatArray, IntArray, IntArray]:
    edges = np.sort(cells[:, np.array(TET_EDGES)].reshape(-1, 2), axis=1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    n = len(points)
    middles = points[unique].mean(axis=1)
    key = unique[:, 0] * n + unique[:, 1]
    facet_edges = np.sort(facets[:, np.array(TRI_EDGES)], axis=-1)
    found = np.searchsorted(key, facet_edges[..., 0] * n + facet_edges[..., 1])
    return (
        np.vstack([points, middles]),
        np.hstack([cells, n + inverse.reshape(-1, 6)]).astype(np.int64),
        np.hstack([facets, n + found]).astype(np.int64),
    )


def _project(points: FloatArray, wall: IntArray) -> None:
    """Move the wall's middle nodes onto the cylinder."""
    middle = np.unique(wall[:, 3:])
    r = np.hypot(points[middle, 1], points[middle, 2])
    points[middle, 1:] *= (RADIUS / r)[:, None]
