"""What follows from a case without solving it: dimensionless numbers, field, drift, effort.

The field is the exact one of rigid magnets, coils and maps in vacuum at points of the vessel's
wall, without what iron adds to it; the flow is that of the inlet. Numbers of transport: Nacev et
al. 2011, see `solvers.laws.regime`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from magcap.case import (
    Carrier,
    Case,
    CylinderHalbach,
    HalbachBase,
    Magnet,
    MeshVessel,
    PlanarHalbach,
    SurfaceVessel,
)
from magcap.geometry.lumen import Outline, expected_cells
from magcap.pipeline.stages import meshed
from magcap.solvers import carriers, laws
from magcap.solvers.results import FieldSample

from .flow_numbers import FlowNumbers, flow_numbers
from .pulse_effort import PulseEffort, pulse_effort
from .suspension_numbers import suspension_head

#: Points of the wall at which the field is taken at most.
_FIELD_POINTS = 3000
#: Tetrahedra of the space around simple magnets.
_FIELD_CELLS = {"coarse": 10_000, "medium": 27_000, "fine": 103_000}
#: Further tetrahedra for every further block of magnets.
_BLOCK_CELLS = {"coarse": 450, "medium": 750, "fine": 1_500}
#: Tetrahedra by order over those at order 3.
_ORDER_CELLS = {1: 4.0, 2: 2.0, 3: 1.0, 4: 0.6}
#: Further tetrahedra with iron, and for every further part of it.
_IRON_CELLS = {
    "coarse": (11_000, 1_500),
    "medium": (26_000, 6_500),
    "fine": (75_000, 21_000),
}
#: Solving with iron takes this many times as long: linear, with a B-H curve.
_IRON_SOLVES = (2.0, 6.0)
#: B at the start and per unknown of the flow, s likewise: swept vessels, surfaces of images, whose
#: core has more unknowns side by side for the direct solver. Measured, `docs/runs.md`.
_SWEPT = (0.5e9, 8e3, 10.0, 2e-4)
_SURFACE = (0.45e9, 9e3, 13.0, 3e-4)
#: Unknowns from which on the time per unknown grows, and the power it grows with: the bent tube of
#: docs/verification.md took 18 s with 95,457 unknowns and more than 360 s with a million.
_GROWS_FROM, _GROWTH = 1e5, 0.3
#: Unknowns beyond which no factorisation is made; B per unknown, growth of the time there: the bent
#: tube took 72 s and 1.6 GB with 324,315 unknowns, 244 s and 4.0 GB with 989,345.
_LARGE, _LARGE_BYTES, _LARGE_GROWTH = 3e5, 4.5e3, 0.15
#: Beyond this Reynolds number Newton's method marches in wide surfaces, and takes so much longer.
_MARCHING, _MARCHES = 100.0, 3.5
#: Nodes of second order per tetrahedron of a lumen; unknowns per tetrahedron by order.
_NODES_PER_CELL = 1.43
_DOFS_PER_CELL = {1: 0.18, 2: 1.4, 3: 4.6, 4: 10.8}


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierNumbers:
    """Of one carrier: saturation moment in A m², largest force in N, transport, sinking in m/s."""

    name: str
    moment: float
    force: float
    fluid: carriers.Fluid
    transport: laws.Transport
    sinking: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Roughly what a run takes: cells, unknowns, memory in bytes, time on one core in s."""

    lumen_cells: int
    field_cells: int
    flow_dofs: int
    field_dofs: int
    memory: float
    seconds: float
    pulse: PulseEffort | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """All derived numbers of a case.

    Attributes
    ----------
    shape : Outline
    flow : FlowNumbers
    max_B, max_force_density : float
        Largest |B| in T and |½∇|B|²| in T²/m at the vessel's wall.
    gap : float
        Smallest distance of a magnet to the vessel's wall in m; inf without magnets.
    carriers : tuple of CarrierNumbers
    effort : Effort
    head : MagneticHead or None
        Of the suspension, with the field at the wall; None without one.
    """

    shape: Outline
    flow: FlowNumbers
    max_B: float
    max_force_density: float
    gap: float
    carriers: tuple[CarrierNumbers, ...]
    effort: Effort
    head: laws.MagneticHead | None


def estimate(case: Case, shape: Outline) -> Estimate:
    """Derived numbers of `case`, whose vessel has the outline `shape`.

    Raises
    ------
    CaseError
        If a file that the case names has vanished since it was loaded.
    """
    flow = flow_numbers(case, shape)
    field, gap = _field(case, shape)
    return Estimate(
        shape=shape,
        flow=flow,
        max_B=float(np.linalg.norm(field.B, axis=1).max()),
        max_force_density=float(np.linalg.norm(field.grad_half_B2, axis=1).max()),
        gap=gap,
        carriers=tuple(_carrier(c, case, shape, flow, field) for c in case.carrier),
        effort=effort(case, shape),
        head=None if case.suspension is None else suspension_head(case, shape, flow, field),
    )


def _field(case: Case, shape: Outline) -> tuple[FieldSample, float]:
    """Exact field at points of the wall, and the smallest gap between magnets and wall."""
    from magcap.geometry.bodies import signed_distance
    from magcap.geometry.scene import scene_of
    from magcap.solvers.exact import outside, sample

    step = max(1, len(shape.wall) // _FIELD_POINTS)
    points = shape.wall[::step]
    scene = scene_of(case)
    gap = min(
        (float(signed_distance(body, points).min()) for body in scene.magnets), default=math.inf
    )
    return sample(scene, outside(scene, points)), gap


def _carrier(
    carrier: Carrier, case: Case, shape: Outline, flow: FlowNumbers, field: FieldSample
) -> CarrierNumbers:
    """Numbers of the median carrier where the pull at the wall is largest."""
    middle = carriers.median_in(carrier, case.blood, flow.viscosity)
    pull = carriers.force_per_moment(
        carrier, field.B, field.grad_half_B2, case.blood, path=f"carrier {carrier.name!r}"
    )
    force = middle.moment * float(np.linalg.norm(pull, axis=1).max())
    force = force if "magnetic" in case.capture.forces else 0.0
    brownian = "brownian" in case.capture.forces
    peak = 1.0 if all(one.profile == "plug" for one in case.flow.inlets) else 2.0
    transport = laws.Transport(
        drift=force * middle.mobility,
        diffusivity=middle.diffusivity if brownian else 0.0,
        max_speed=peak * flow.mean_velocity,
        mean_speed=flow.mean_velocity,
        diameter=flow.diameter,
        length=shape.length,
    )
    gravity = math.hypot(*case.capture.gravity) if "gravity" in case.capture.forces else 0.0
    return CarrierNumbers(
        name=carrier.name,
        moment=middle.moment,
        force=force,
        fluid=middle.fluid,
        transport=transport,
        sinking=middle.buoyant_mass * gravity * middle.mobility,
    )


def effort(case: Case, shape: Outline) -> Effort:
    """Roughly what a run of `case` takes, from runs of the templates."""
    lumen = expected_cells(case.vessel, case.mesh, shape)
    field = _field_cells(case)
    nodes = _NODES_PER_CELL * lumen
    flow_dofs = 3 * nodes + 0.2 * lumen
    field_dofs = _DOFS_PER_CELL[case.magnetics.order] * field
    carriers = sum(carrier.count for carrier in case.carrier)
    runs = 2 if case.capture.control else 1
    steps = 30 * shape.diameters
    surface = isinstance(case.vessel, SurfaceVessel | MeshVessel)
    base, per_dof, start, seconds = _SURFACE if surface else _SWEPT
    large = flow_dofs > _LARGE
    numbers = flow_numbers(case, shape)
    if surface and numbers.reynolds > _MARCHING:
        seconds *= _MARCHES
    pulse = pulse_effort(numbers, case.flow, flow_dofs)
    grown = max(1.0, flow_dofs / (_LARGE if large else _GROWS_FROM))
    per_dof = min(per_dof, _LARGE_BYTES) if large else per_dof
    return Effort(
        lumen_cells=round(lumen),
        field_cells=round(field),
        flow_dofs=round(flow_dofs),
        field_dofs=round(field_dofs),
        memory=base + _flow_memory(per_dof * flow_dofs, pulse) + 2e3 * field_dofs + 500 * carriers,
        seconds=start
        + seconds * flow_dofs * grown ** (_LARGE_GROWTH if large else _GROWTH)
        + 3e-5 * _solves(case) * field_dofs
        + (0.0 if pulse is None else pulse.seconds)
        + carriers * runs * steps / 3e6,
        pulse=pulse,
    )


def _flow_memory(steady: float, pulse: PulseEffort | None) -> float:
    """Bytes of a steady flow, of a march after it, or of the moments beside it."""
    if pulse is None:
        return steady
    return steady + pulse.memory if pulse.quasi_steady else max(steady, pulse.memory)


def _field_cells(case: Case) -> float:
    """Roughly the tetrahedra of the field mesh; none where nothing reacts."""
    bodies = sum(_blocks(magnet) for magnet in case.magnet)
    if not meshed(case):
        return 0.0
    resolution = case.mesh.resolution
    cells = _FIELD_CELLS[resolution] + _BLOCK_CELLS[resolution] * max(0, bodies - 1)
    if case.iron:
        first, further = _IRON_CELLS[resolution]
        cells += first + further * (len(case.iron) - 1)
    return cells * _ORDER_CELLS[case.magnetics.order]


def _solves(case: Case) -> float:
    """How many linear solutions the field is worth; none where its sources are exact."""
    options = case.magnetics
    if not case.iron:
        asked = options.cross_check or options.formulation == "total"
        return 1.0 if asked or case.mesh.tolerance is not None else 0.0
    return _IRON_SOLVES[any(part.relative_permeability is None for part in case.iron)]


def _blocks(magnet: Magnet) -> int:
    """Bodies that a magnet is made of."""
    if not isinstance(magnet, HalbachBase):
        return 1
    if isinstance(magnet, CylinderHalbach):
        return magnet.segments
    return math.prod(magnet.blocks) if isinstance(magnet, PlanarHalbach) else magnet.blocks
