"""Results -> VTK data sets: what files, pictures and the 3-D view are made of. SI throughout."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.bodies import Body, contains, surface_mesh
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.observers import plane_shape
from magcap.geometry.scene import MagnetBody, MagneticScene, WindingShape, winding_body
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.numbers import StraySurface, WallSurface, captured_density
from magcap.solvers.results import (
    CaptureResult,
    CarrierCapture,
    CarrierState,
    Ensemble,
    FieldSample,
    FlowField,
    MagneticField,
    representative,
)

#: Cell array that tells the wall's triangles (0) from the captured carriers (1).
PART = "part"
#: Point array: number of the carrier kind from 0, −1 on the wall.
CARRIER = "carrier"
#: Cell array of the field mesh: how far a magnet's working point is from the knee.
MARGIN = "demagnetisation margin [1]"


class Kind(IntEnum):
    """What a body of the picture is."""

    MAGNET = 0
    IRON = 1
    WINDING = 2


def field_grid(field_mesh: FieldMesh, field: MagneticField) -> Any:
    """The field mesh with B at its nodes and the region of each cell."""
    mesh = field_mesh.mesh
    grid = pv.UnstructuredGrid({pv.CellType.TETRA: mesh.cells}, mesh.points)
    if len(field.mesh_B) == len(mesh.points):
        grid.point_data[FIELDS["B"].name] = field.mesh_B
    grid.cell_data["region"] = mesh.cell_tags.astype(np.int32)
    if len(field.mesh_margin) == len(mesh.cells):
        grid.cell_data[MARGIN] = field.mesh_margin
    grid.field_data["region names"] = [f"{tag} {name}" for name, tag in mesh.regions.items()]
    return grid


def flow_grid(lumen: Lumen, field: MagneticField, flow: FlowField | None) -> Any:
    """The lumen's quadratic tetrahedra with flow, field and vessel coordinates at the nodes."""
    values = {}
    if flow is not None:
        values = {
            "velocity": flow.velocity,
            "pressure": flow.pressure,
            "viscosity": flow.viscosity,
            "wall_traction": flow.wall_traction,
        }
    values |= {
        "B": field.lumen.B,
        "grad_half_B2": field.lumen.grad_half_B2,
        "arc_length": lumen.arc_length,
        "wall_distance": lumen.wall_distance,
    }
    return state_grid(lumen, values)


def state_grid(lumen: Lumen, values: Mapping[str, FloatArray]) -> Any:
    """The lumen's quadratic tetrahedra with fields at the nodes, by their names in `fields`."""
    mesh = lumen.mesh
    grid = pv.UnstructuredGrid({pv.CellType.QUADRATIC_TETRA: mesh.cells}, mesh.points)
    for key, array in values.items():
        grid.point_data[FIELDS[key].name] = array
    return grid


def capture_surface(wall: WallSurface, capture: CaptureResult) -> Any:
    """The wall with the density of captured carriers, and captured carriers as points.

    The points are a sample of the captured of a release by flux: all stand for as many.

    One data set: cell array ``part`` 0 for the wall, 1 for carriers (first the vertices, as VTK
    orders cells); point array ``carrier`` −1 on the wall.
    """
    captured = [_captured(c.ensemble) for c in capture.carriers]
    spots = [c.ensemble.position[m] for c, m in zip(capture.carriers, captured, strict=True)]
    n_wall, n_spots = len(wall.points), sum(len(s) for s in spots)
    points = np.vstack([wall.points, *spots])
    vertices = np.column_stack([np.ones(n_spots, int), n_wall + np.arange(n_spots)])
    surface = pv.PolyData()
    surface.points = points
    surface.verts = vertices.ravel()
    surface.faces = np.column_stack([np.full(len(wall.triangles), 3), wall.triangles]).ravel()
    surface.cell_data[PART] = np.r_[np.ones(n_spots, np.int32), np.zeros(len(wall.rows), np.int32)]
    kinds = [np.full(len(s), i) for i, s in enumerate(spots)]
    surface.point_data[CARRIER] = np.concatenate([np.full(n_wall, -1), *kinds]).astype(np.int32)
    for key, name in (("time", "time [s]"), ("diameter", "diameter [m]")):
        ends = zip(capture.carriers, captured, strict=True)
        values = [getattr(c.ensemble, key)[m] for c, m in ends]
        surface.point_data[name] = np.concatenate([np.zeros(n_wall), *values])
    for number, carrier in enumerate(capture.carriers, start=1):
        density = np.r_[captured_density(wall, carrier.ensemble, "flux"), np.zeros(n_spots)]
        surface.point_data[density_name(number)] = density
    surface.field_data["carrier names"] = [c.name for c in capture.carriers]
    return surface


def _captured(ensemble: Ensemble) -> IntArray:
    """Captured carriers that stand for as many as any other of a release by flux."""
    rows = np.flatnonzero(ensemble.state == CarrierState.CAPTURED)
    return np.asarray(rows[representative(ensemble.flux_weight[rows])])


def density_name(number: int) -> str:
    """Array of the density of carrier kind `number`, counted from 1."""
    return f"captured density {number} [1/m^2]"


def paths_surface(carriers: Sequence[CarrierCapture]) -> Any:
    """The stored trajectories as lines; cell arrays ``carrier`` and ``state``."""
    lines: list[FloatArray] = []
    kinds, states = [], []
    for index, carrier in enumerate(carriers):
        fates = _fates(carrier.paths, carrier.ensemble.position, carrier.ensemble.state)
        for path, state in zip(carrier.paths, fates, strict=True):
            kept = path[np.isfinite(path).all(axis=1)]
            if len(kept) >= 2:
                lines.append(kept)
                kinds.append(index)
                states.append(state)
    surface = pv.PolyData()
    if not lines:
        return surface
    surface.points = np.vstack(lines)
    starts = np.cumsum([0, *(len(line) for line in lines)])
    rows = (
        np.r_[len(line), start + np.arange(len(line))]
        for line, start in zip(lines, starts[:-1], strict=True)
    )
    surface.lines = np.concatenate(list(rows))
    surface.cell_data[CARRIER] = np.asarray(kinds, dtype=np.int32)
    surface.cell_data["state"] = np.asarray(states, dtype=np.int32)
    return surface


def _fates(paths: FloatArray, ends: FloatArray, states: NDArray[np.int64]) -> NDArray[np.int64]:
    """State of each path: that of the carrier which ended nearest to the path's last point."""
    from scipy.spatial import cKDTree

    last = np.full((len(paths), 3), np.nan)
    for row, path in enumerate(paths):
        kept = path[np.isfinite(path).all(axis=1)]
        if len(kept):
            last[row] = kept[-1]
    fates = np.zeros(len(paths), dtype=np.int64)
    known = np.isfinite(last).all(axis=1)
    if known.any() and len(ends):
        fates[known] = states[cKDTree(ends).query(last[known])[1]]
    return fates


def bodies_surface(scene: MagneticScene, near: FloatArray | None = None) -> Any:
    """The surfaces of magnets, iron and windings.

    Cell arrays: ``body`` (number from 1), ``kind`` (`Kind`) and ``remanence [T]`` (0 but in
    magnets); field data: ``body names`` and ``kinds``. Of an infinite wire the piece nearest to
    the point `near`.
    """
    coils = [winding_body(winding, near=near) for winding in scene.windings]
    bodies: list[tuple[Kind, Body]] = [(Kind.MAGNET, body) for body in scene.magnets]
    bodies += [(Kind.IRON, body) for body in scene.iron]
    bodies += [(Kind.WINDING, body) for body in coils]
    parts = []
    for number, (kind, body) in enumerate(bodies, start=1):
        part = body_surface(body)
        remanence = body.remanence if isinstance(body, MagnetBody) else np.zeros(3)
        part.cell_data["body"] = np.full(part.n_cells, number, dtype=np.int32)
        part.cell_data["kind"] = np.full(part.n_cells, int(kind), dtype=np.int32)
        part.cell_data["remanence [T]"] = np.tile(remanence, (part.n_cells, 1))
        parts.append(part)
    if not parts:
        return pv.PolyData()
    surface = pv.merge(parts, merge_points=False) if len(parts) > 1 else parts[0]
    surface.field_data["body names"] = [f"{i} {b.name}" for i, (_, b) in enumerate(bodies, 1)]
    surface.field_data["kinds"] = [f"{int(kind)} {kind.name.lower()}" for kind in Kind]
    return surface


def body_surface(body: Body) -> Any:
    """The closed surface of one body in the lab's axes."""
    points, triangles = surface_mesh(body, pieces=96)
    faces = np.column_stack([np.full(len(triangles), 3), triangles])
    return pv.PolyData(points, faces.ravel())


def section_data(scene: MagneticScene, sample: FieldSample) -> Any:
    """The section through vessel and magnets as a grid of one layer, with B and ½∇|B|².

    Point array ``inside``: `Kind` of the body that a point lies in, −1 in air.
    """
    rows, columns = plane_shape(sample.points)
    # VTK runs through the first index fastest: columns, as our rows do.
    grid = pv.StructuredGrid(
        *(sample.points[:, i].reshape(rows, columns).T[:, :, None] for i in range(3))
    )
    grid.point_data[FIELDS["B"].name] = sample.B
    grid.point_data[FIELDS["grad_half_B2"].name] = sample.grad_half_B2
    inside = np.full(len(sample.points), -1, dtype=np.int32)
    coils = [winding_body(w) for w in scene.windings if w.shape is not WindingShape.WIRE]
    members = {Kind.MAGNET: scene.magnets, Kind.IRON: scene.iron, Kind.WINDING: coils}
    for kind, bodies in members.items():
        for body in bodies:
            inside[contains(body, sample.points)] = int(kind)
    grid.point_data["inside"] = inside
    return grid


def stray_data(surface: StraySurface | None) -> Any:
    """The surface of a limit; point array ``distance [m]`` from the nearest body.

    Without the rays on which the field does not fall to the limit, or is weaker everywhere.
    """
    if surface is None:
        return pv.PolyData()
    good = np.isfinite(surface.radius) & (surface.radius > 0.0)
    kept = surface.triangles[good[surface.triangles].all(axis=1)]
    if not len(kept):
        return pv.PolyData()
    used, rows = np.unique(kept, return_inverse=True)
    faces = np.column_stack([np.full(len(kept), 3), rows.reshape(kept.shape)])
    data = pv.PolyData(surface.points[used], faces.ravel())
    data.point_data["distance [m]"] = surface.distance[used]
    return data


def off_screen() -> None:
    """Draw without a display: EGL where there is no X server. Called before the first window."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    pv.OFF_SCREEN = True
