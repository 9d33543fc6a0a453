"""The files of a run folder that pictures are drawn from; everything in SI.

    field.vtu          B on the field mesh     flow.vtu         flow and field on the lumen
    capture.vtp        wall density, carriers  carriers.parquet one row a carrier
    paths.vtp          some trajectories       magnets.vtp      surfaces of magnets, iron, coils
    depth.csv          field, force and drift against depth
    planes.csv         the field on planes     section.vts      ... in the plane of the vessel
    five_gauss.vtp     where |B| is 0.5 mT     nine_gauss.vtp   ... and 0.9 mT
    flow_steps.csv     of a flow over a beat: flows and pressures of the openings at every step
    lumen.vtu          without flow: field on the lumen

Each is listed by the section of the answer that it belongs to; beside them a run folder has
summary.json, case.toml and the grids of the case.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.postprocess.fields import FIELDS
from magcap.postprocess.numbers import (
    PlaneMap,
    depth_of,
    planes_of,
    read_depth,
    read_planes,
    stray_of,
    wall_of,
    write_depth,
    write_planes,
)
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.periods import read_steps, write_steps
from magcap.solvers.laws import wall_shear_over
from magcap.solvers.results import FlowPeriod, FlowSteps, SuspensionField

from . import vtk
from .carriers import ends_of, read_ends, write_carriers
from .file import File, csv_file, vtk_file


def _field(outcome: Outcome) -> Any:
    if outcome.field_mesh is None:
        return None
    return vtk.field_grid(outcome.field_mesh, outcome.field)


def _flow(outcome: Outcome) -> Any:
    if outcome.flow is None:
        return None
    grid = vtk.flow_grid(outcome.lumen, outcome.field, outcome.flow)
    period = outcome.result(FlowPeriod)
    if period is not None:
        shear = wall_shear_over(period.wall_traction)
        endless = np.isfinite(shear.residence)
        values = {
            "tawss": shear.mean,
            "peak_wall_shear": shear.largest,
            "osi": shear.oscillation,
            "rrt": np.where(endless, shear.residence, np.nan),
        }
        for key, array in values.items():
            grid.point_data[FIELDS[key].name] = array
    suspension = outcome.result(SuspensionField)
    if suspension is not None:
        grid.point_data[FIELDS["concentration"].name] = suspension.values
    return grid


def _steps(outcome: Outcome) -> FlowSteps | None:
    period = outcome.result(FlowPeriod)
    return None if period is None else period.steps


def _lumen(outcome: Outcome) -> Any:
    return vtk.flow_grid(outcome.lumen, outcome.field, None) if outcome.flow is None else None


def _capture(outcome: Outcome) -> Any:
    if outcome.capture is None:
        return None
    return vtk.capture_surface(wall_of(outcome), outcome.capture)


def _paths(outcome: Outcome) -> Any:
    return vtk.paths_surface(() if outcome.capture is None else outcome.capture.carriers)


def _bodies(outcome: Outcome) -> Any:
    return vtk.bodies_surface(outcome.scene, outcome.lumen.mesh.points.mean(axis=0))


def _cut(outcome: Outcome) -> Any:
    sample = outcome.observed.cut
    return None if sample is None else vtk.section_data(outcome.scene, sample)


def _stray(outcome: Outcome) -> Any:
    return vtk.stray_data(next(iter(stray_of(outcome)), None))


def _stray_2022(outcome: Outcome) -> Any:
    return vtk.stray_data(next(iter(stray_of(outcome)[1:]), None))


def _planes(outcome: Outcome) -> tuple[PlaneMap, ...] | None:
    return planes_of(outcome) or None


FIELD = vtk_file("field.vtu", _field)
FLOW = vtk_file("flow.vtu", _flow)
FLOW_STEPS = csv_file("flow_steps.csv", _steps, write_steps, read_steps)
LUMEN = vtk_file("lumen.vtu", _lumen)
CAPTURE = vtk_file("capture.vtp", _capture)
PATHS = vtk_file("paths.vtp", _paths)
BODIES = vtk_file("magnets.vtp", _bodies)
CUT = vtk_file("section.vts", _cut)
STRAY = vtk_file("five_gauss.vtp", _stray)
STRAY_2022 = vtk_file("nine_gauss.vtp", _stray_2022)
CARRIERS = File(name="carriers.parquet", of=ends_of, write=write_carriers, read=read_ends)
DEPTH = csv_file("depth.csv", depth_of, write_depth, read_depth)
PLANES = csv_file("planes.csv", _planes, write_planes, read_planes)
