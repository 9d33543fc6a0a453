"""What pictures, report and 3-D view are made from; the same after a run and from its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.case import Case
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.postprocess.depth import DepthCurve, depth_curve
from magcap.postprocess.grids import (
    capture_surface,
    field_grid,
    flow_grid,
    magnets_surface,
    paths_surface,
)
from magcap.solvers.results import CaptureResult, FlowField, MagneticField

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


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
    capture, paths, magnets : PolyData
        See `magcap.postprocess.grids`.
    ends : tuple of CarrierEnds
    depth : DepthCurve or None
    """

    case: Case
    summary: dict[str, Any]
    field: Any
    flow: Any
    capture: Any
    paths: Any
    magnets: Any
    ends: tuple[CarrierEnds, ...]
    depth: DepthCurve | None


def assemble(
    case: Case,
    *,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    field: MagneticField,
    flow: FlowField,
    capture: CaptureResult,
    summary: dict[str, Any] | None = None,
) -> Datasets:
    """The data sets of results that are in memory."""
    return Datasets(
        case=case,
        summary=summary or {},
        field=None if field_mesh is None else field_grid(field_mesh, field),
        flow=flow_grid(lumen, field, flow),
        capture=capture_surface(lumen, capture),
        paths=paths_surface(capture),
        magnets=magnets_surface(scene.magnets),
        ends=tuple(
            CarrierEnds(name=c.name, position=c.flux.position, state=c.flux.state)
            for c in capture.carriers
        ),
        depth=depth_curve(case, field.extra["depth"], capture) if "depth" in field.extra else None,
    )
