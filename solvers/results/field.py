"""The magnetic field as the solvers hand it on: frozen, plain arrays, the same on every rank.

Fields live on the nodes of the lumen mesh (`magcap.geometry.mesh.Lumen.mesh.points`), which are
the nodes of the P2 velocity. Postprocessing needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from magcap.arrays import FloatArray
from magcap.stored import stored


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSample:
    """The magnetic field at points.

    Attributes
    ----------
    points : ndarray, shape (n, 3)
        In m.
    B : ndarray, shape (n, 3)
        Magnetic flux density in T.
    grad_half_B2 : ndarray, shape (n, 3)
        ½∇|B|² in T²/m, the driver of the force.
    grad_B : ndarray, shape (n, 3, 3)
        ∂B_i/∂x_j in T/m.
    """

    points: FloatArray
    B: FloatArray
    grad_half_B2: FloatArray
    grad_B: FloatArray


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A posteriori error of the field in the target (the lumen's nodes there, or all of them).

    Attributes
    ----------
    B, force : float
        Relative RMS error of B and of ½∇|B|².
    method : str
        How it was estimated, in words.
    rounds : int
        Meshes that were solved on; 1 without adaptive refinement.
    tolerance : float
        Wanted error of the force; nan where none was asked for.
    """

    B: float
    force: float
    method: str
    rounds: int
    tolerance: float


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLoad:
    """Magnetic force and torque on a body, by two ways.

    Attributes
    ----------
    name : str
        ``"magnet[1]"`` (all blocks of an array together), ``"iron[1]"`` or ``"coil[1]"``.
    point : ndarray, shape (3,)
        Point in m about which the torque is taken: the body's centre.
    force, torque : ndarray, shape (3,)
        In N and N m, from the Maxwell stress (a coil: from J×B).
    force_virtual_work, torque_virtual_work : ndarray, shape (3,)
        The same from virtual work; nan where it cannot be had.
    """

    name: str
    point: FloatArray
    force: FloatArray
    torque: FloatArray
    force_virtual_work: FloatArray
    torque_virtual_work: FloatArray


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLoads:
    """Loads on all bodies of a scene: magnets, iron, coils."""

    bodies: tuple[BodyLoad, ...]


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPoint:
    """A magnet's working point against the knee of its demagnetisation curve.

    Attributes
    ----------
    name : str
        Of the body, e.g. ``"magnet[1] block 3"``.
    H_worst : float
        Most demagnetising field strength along the magnetisation in A/m (negative: it opposes).
    H_knee : float
        Field strength of the knee at the magnet's temperature in A/m, negative; nan if unknown.
    permeance : float
        Mean permeance coefficient −B/(μ0 H) over the body.
    volume_beyond : float
        Share of the body's volume beyond the knee.
    """

    name: str
    H_worst: float
    H_knee: float
    permeance: float
    volume_beyond: float


@stored
@dataclass(frozen=True, slots=True, kw_only=True)
class MagneticField:
    """The magnetostatic field.

    Attributes
    ----------
    lumen : FieldSample
        At the nodes of the lumen mesh.
    mesh_B : ndarray, shape (n, 3)
        At the nodes of the field mesh, in T, for pictures and files (0 rows without a field mesh).
    formulation : str
        ``"reduced"``, ``"total"`` (finite elements), ``"surface charges"`` (exact sources and the
        reaction of the magnets) or ``"exact"`` (nothing to solve).
    dofs : int
        Unknowns of the potential, or charges.
    iterations : int
        Iterations of the linear solver.
    error_B, error_force : float
        Relative RMS difference between the total-potential solution and the field of the exact
        sources at the lumen nodes, for B and for ½∇|B|²; of surface charges the difference to half
        as many; nan where there is no reference.
    error_reference : str
        What `error_B` compares with, in words.
    reaction_share : float
        Largest |B of the finite-element reaction| / |B| on the lumen nodes.
    subharmonic_violation : float
        Largest interior maximum of |H|² above its neighbours, relative; ∇²|H|² ≥ 0 allows none.
    observed : mapping of str to FieldSample
        The field at each `magcap.geometry.observers.Observer` by its name: ``"probes"``,
        ``"depth"``, ``"plane vessel"``, ``"grid NAME"``.
    estimate : FieldError or None
        A posteriori error in the target.
    newton_residuals : ndarray, shape (k,)
        Relative residuals of Newton's method; empty where the problem is linear.
    loads : tuple of BodyLoad
        Empty unless they were asked for.
    working_points : tuple of WorkingPoint
    mesh_margin : ndarray, shape (cells,)
        Field mesh: (H·m − H_knee)/|H_knee| in magnets, below 0 beyond the knee; nan elsewhere.
        Empty without magnets.
    """

    lumen: FieldSample
    mesh_B: FloatArray
    formulation: str
    dofs: int
    iterations: int
    error_B: float
    error_force: float
    error_reference: str
    reaction_share: float
    subharmonic_violation: float
    observed: Mapping[str, FieldSample] = field(default_factory=dict)
    estimate: FieldError | None = None
    newton_residuals: FloatArray = field(default_factory=lambda: np.empty(0))
    loads: tuple[BodyLoad, ...] = ()
    working_points: tuple[WorkingPoint, ...] = ()
    mesh_margin: FloatArray = field(default_factory=lambda: np.empty(0))

    @property
    def probes(self) -> FieldSample:
        """At the probes of the case, in their order; no rows without any."""
        B = np.empty((0, 3))
        none = FieldSample(points=B, B=B, grad_half_B2=B, grad_B=np.empty((0, 3, 3)))
        return self.observed.get("probes", none)
