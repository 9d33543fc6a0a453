"""Results -> VTK data sets: what files, pictures and the 3-D view are made of. SI throughout."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyvista as pv
from numpy.typing import NDArray

from magcap.geometry.body import BodyShape
from magcap.geometry.magnet import MagnetBody
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.postprocess.fields import FIELDS
from magcap.postprocess.wall import captured_density, wall_surface
from magcap.solvers.results import CaptureResult, CarrierState, FlowField, MagneticField

FloatArray = NDArray[np.float64]
#: Cell array that tells the wall's triangles (0) from the captured carriers (1).
PART = "part"
#: Point array: number of the carrier kind from 0, −1 on the wall.
CARRIER = "carrier"


def field_grid(field_mesh: FieldMesh, field: MagneticField) -> Any:
    """The field mesh with B at its nodes and the region of each cell."""
    mesh = field_mesh.mesh
    grid = pv.UnstructuredGrid({pv.CellType.TETRA: mesh.cells}, mesh.points)
    if len(field.mesh_B) == len(mesh.points):
        grid.point_data[FIELDS["B"].name] = field.mesh_B
    grid.cell_data["region"] = mesh.cell_tags.astype(np.int32)
    grid.field_data["region names"] = [f"{tag} {name}" for name, tag in mesh.regions.items()]
    return grid


def flow_grid(lumen: Lumen, field: MagneticField, flow: FlowField) -> Any:
    """The lumen's quadratic tetrahedra with flow, field and vessel coordinates at the nodes."""
    mesh = lumen.mesh
    grid = pv.UnstructuredGrid({pv.CellType.QUADRATIC_TETRA: mesh.cells}, mesh.points)
    for key, values in (
        ("velocity", flow.velocity),
        ("pressure", flow.pressure),
        ("viscosity", flow.viscosity),
        ("wall_traction", flow.wall_traction),
        ("B", field.lumen.B),
        ("grad_half_B2", field.lumen.grad_half_B2),
        ("arc_length", lumen.arc_length),
        ("wall_distance", lumen.wall_distance),
    ):
        grid.point_data[FIELDS[key].name] = values
    return grid


def capture_surface(lumen: Lumen, capture: CaptureResult) -> Any:
    """The wall with the density of captured carriers, and the captured carriers as points.

    One data set: cell array ``part`` 0 for the wall, 1 for carriers (first the vertices, as VTK
    orders cells); point array ``carrier`` −1 on the wall.
    """
    wall = wall_surface(lumen.mesh)
    captured = [c.flux.state == CarrierState.CAPTURED for c in capture.carriers]
    spots = [c.flux.position[m] for c, m in zip(capture.carriers, captured, strict=True)]
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
        values = [getattr(c.flux, key)[m] for c, m in zip(capture.carriers, captured, strict=True)]
        surface.point_data[name] = np.concatenate([np.zeros(n_wall), *values])
    for number, carrier in enumerate(capture.carriers, start=1):
        density = np.r_[captured_density(wall, carrier.flux), np.zeros(n_spots)]
        surface.point_data[density_name(number)] = density
    surface.field_data["carrier names"] = [c.name for c in capture.carriers]
    return surface


def density_name(number: int) -> str:
    """Array of the density of carrier kind `number`, counted from 1."""
    return f"captured density {number} [1/m^2]"


def paths_surface(capture: CaptureResult) -> Any:
    """The stored trajectories as lines; cell arrays ``carrier`` and ``state``."""
    lines: list[FloatArray] = []
    kinds, states = [], []
    for index, carrier in enumerate(capture.carriers):
        fates = _fates(carrier.paths, carrier.flux.position, carrier.flux.state)
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
    surface.lines = np.concatenate(
        [np.r_[len(line), start + np.arange(len(line))]
         for line, start in zip(lines, starts[:-1], strict=True)]
    )  # fmt: skip
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


def magnets_surface(bodies: Sequence[MagnetBody]) -> Any:
    """The surfaces of the magnets; cell arrays ``body`` (from 1) and ``remanence [T]``."""
    parts = []
    for number, body in enumerate(bodies, start=1):
        part = body_surface(body)
        part.cell_data["body"] = np.full(part.n_cells, number, dtype=np.int32)
        part.cell_data["remanence [T]"] = np.tile(body.remanence, (part.n_cells, 1))
        parts.append(part)
    if not parts:
        return pv.PolyData()
    return pv.merge(parts) if len(parts) > 1 else parts[0]


def body_surface(body: MagnetBody) -> Any:
    """The closed surface of one body in the lab's axes."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = body.rotation, body.center
    surface = _own_surface(body).triangulate()
    surface.clear_data()
    return surface.transform(pose, inplace=False)


def _own_surface(body: MagnetBody) -> Any:
    """The surface in the body's own axes."""
    d = body.dimensions
    if body.shape is BodyShape.CUBOID:
        return pv.Cube(x_length=d[0], y_length=d[1], z_length=d[2])
    if body.shape is BodyShape.CYLINDER:
        return pv.Cylinder(direction=(0, 0, 1), radius=d[0] / 2, height=d[1], resolution=96)
    if body.shape is BodyShape.RING:
        return _sector(d[0] / 2, d[1] / 2, d[2], 0.0, 2.0 * np.pi)
    if body.shape is BodyShape.SPHERE:
        return pv.Sphere(radius=d[0] / 2, theta_resolution=64, phi_resolution=64)
    if body.shape is BodyShape.SECTOR:
        return _sector(*d)
    faces = np.column_stack([np.full(len(body.triangles), 3), body.triangles])
    return pv.PolyData(body.vertices, faces.ravel())


def _sector(inner: float, outer: float, height: float, phi1: float, phi2: float) -> Any:
    """Part of a ring between two angles, closed."""
    steps = max(int(np.ceil((phi2 - phi1) / (2 * np.pi) * 96)), 4)
    r, phi, z = np.meshgrid(
        [inner, outer], np.linspace(phi1, phi2, steps + 1), [-height / 2, height / 2],
        indexing="ij",
    )  # fmt: skip
    solid = pv.StructuredGrid(r * np.cos(phi), r * np.sin(phi), z)
    return solid.extract_surface(algorithm="dataset_surface").clean()


def off_screen() -> None:
    """Draw without a display: EGL where there is no X server. Called before the first window."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    pv.OFF_SCREEN = True
