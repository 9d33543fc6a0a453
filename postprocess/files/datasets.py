"""The data sets of a run: what files, pictures and the 3-D view are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from magcap.arrays import FloatArray, IntArray
from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.postprocess.numbers import DepthCurve, PlaneMap, depth_curve, plane_maps, stray_surface
from magcap.solvers.carriers import stream_of
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

from .vtk import (
    bodies_surface,
    capture_surface,
    field_grid,
    flow_grid,
    paths_surface,
    section_data,
    stray_data,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEnds:
    """Where the carriers of one kind, seeded with the flux, ended.

    Attributes
    ----------
    name : str
    position : ndarray, shape (n, 3)
        In m.
    state : ndarray of int, shape (n,)
        `CarrierState`.
    """

    name: str
    position: FloatArray
    state: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Datasets:
    """VTK data sets (SI) and numbers of one run.

    Attributes
    ----------
    case : Case
    summary : dict
        Content of summary.json (empty where not known yet).
    field : UnstructuredGrid or None
        None without a field mesh.
    flow : UnstructuredGrid
        The lumen; with the flow unless only the field was asked for.
    capture : PolyData or None
        None where only the field was asked for.
    paths, bodies, stray : PolyData
        See `magcap.postprocess.files.vtk`; empty where there are none.
    section : StructuredGrid or None
        The field in the plane of vessel and magnets.
    ends : tuple of CarrierEnds
    depth : DepthCurve or None
    planes : tuple of PlaneMap
    """

    case: Case
    summary: dict[str, Any]
    field: Any
    flow: Any
    capture: Any
    paths: Any
    bodies: Any
    stray: Any
    section: Any
    ends: tuple[CarrierEnds, ...]
    depth: DepthCurve | None
    planes: tuple[PlaneMap, ...]


def assemble(
    case: Case,
    *,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    field: MagneticField,
    flow: FlowField | None,
    capture: CaptureResult | None,
    summary: dict[str, Any] | None = None,
) -> Datasets:
    """The data sets of results that are in memory."""
    carriers = () if capture is None else capture.carriers
    extra = field.observed
    stream = stream_of(case, lumen, flow)
    return Datasets(
        case=case,
        summary=summary or {},
        field=None if field_mesh is None else field_grid(field_mesh, field),
        flow=flow_grid(lumen, field, flow),
        capture=None if capture is None else capture_surface(lumen, capture),
        paths=paths_surface(carriers),
        bodies=bodies_surface(scene, lumen.mesh.points.mean(axis=0)),
        stray=stray_data(stray_surface(scene, extra.get("stray"))),
        section=section_data(scene, extra["section"]) if "section" in extra else None,
        ends=tuple(
            CarrierEnds(name=c.name, position=c.flux.position, state=c.flux.state) for c in carriers
        ),
        depth=depth_curve(case, extra["depth"], stream) if "depth" in extra else None,
        planes=plane_maps(scene, extra),
    )
