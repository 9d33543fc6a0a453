"""The reaction of magnets with a recoil permeability above 1, without a mesh of the space.

In a magnet with B = μr μ0 H + Br the induced polarisation (μr − 1) μ0 H has no divergence, so the
whole reaction is that of charges on the surfaces,

    σ = (μr − 1) n·μ0 H⁻,      μ0 H = exact field of the rigid magnets and currents + that of σ,

H⁻ just inside. σ is sampled at points of a quadrature rule on each face (Nyström's method); close
by, each point's charge is spread over its flat panel. GMRES solves the equation, a contraction of
about (μr − 1)/2. The mean induced polarisation of each body goes to its remanence and so into the
closed forms; the points carry the rest, which has neither charge nor moment. Used by
`study.design`; tests/verification/study/test_design.py has how well full finite-element solutions
agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.errors import SolverError
from magcap.geometry.bodies import (
    SurfaceNodes,
    bounding_box,
    signed_distance,
    surface_mesh,
    surface_nodes,
    volume,
)
from magcap.geometry.scene import STRONG_RECOIL, MagnetBody, MagneticScene
from magcap.solvers import exact
from magcap.solvers.results import FieldSample

#: Panels of all bodies together, about.
PANELS = 600
#: Panels nearer than this many of their longest edges are triangles, further off point charges.
_NEAR = 1.5
#: Offset inwards of a collocation point over its panel's size.
_INWARD = 1e-6
_RTOL = 1e-8
#: Panels for a square of their size, with the finer ones at the edges.
_GRADED = 2.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """Points with weights on the surfaces of bodies, and two triangles for each.

    Attributes
    ----------
    nodes, normals : ndarray, shape (k, 3)
        Positions in m and outward normals.
    weights, areas, reach : ndarray, shape (k,)
        ∮ f dS ≈ Σ w f in m²; area of the triangles; within `reach` in m they count.
    corners, planes, outwards : ndarray, shapes (2k, 3, 3), (2k, 3), (2k, 3, 3)
        Triangles, their normals, and the unit normals of their edges in the plane.
    bodies : ndarray of int, shape (k,)
        Which body each is on.
    """

    nodes: FloatArray
    normals: FloatArray
    weights: FloatArray
    areas: FloatArray
    reach: FloatArray
    corners: FloatArray
    planes: FloatArray
    outwards: FloatArray
    bodies: IntArray

    def add_field(
        self,
        charges: FloatArray,
        points: FloatArray,
        field: FloatArray,
        gradient: FloatArray | None = None,
    ) -> None:
        """Add μ0 H in T and its gradient of charges in T (per area) at points in m."""
        from ._panel_kernels import panel_field

        totals = charges * self.weights / (4.0 * math.pi)
        panel_field(
            np.ascontiguousarray(points),
            self.nodes,
            self.reach**2,
            totals,
            totals / self.areas,
            self.corners,
            self.planes,
            self.outwards,
            field,
            np.empty((0, 3, 3)) if gradient is None else gradient,
        )

    @property
    def inner_points(self) -> FloatArray:
        """Middles of the panels, moved a little into the body, shape (k, 3)."""
        pairs = self.corners.reshape(-1, 2, 3, 3)
        areas = _cross(self.corners)[1].reshape(-1, 2)
        middles = (areas[..., None] * pairs.mean(axis=2)).sum(axis=1) / areas.sum(axis=1)[:, None]
        inwards = self.planes[::2] * np.sqrt(self.areas)[:, None]
        points: FloatArray = middles - _INWARD * inwards
        return points

    @property
    def inner_nodes(self) -> FloatArray:
        """The points, moved a little into the body, shape (k, 3)."""
        points: FloatArray = self.nodes - _INWARD * np.sqrt(self.weights)[:, None] * self.normals
        return points


def panels_of(bodies: Sequence[MagnetBody], count: int = PANELS) -> Panels:
    """About `count` panels on the bodies that react, at least 54 on a cuboid."""
    numbers = [i for i, body in enumerate(bodies) if body.recoil_permeability != 1.0]
    size = math.sqrt(_GRADED * sum(_area(bodies[i]) for i in numbers) / count)
    parts = [surface_nodes(bodies[i], size) for i in numbers]
    none = SurfaceNodes(
        points=np.empty((0, 3)),
        normals=np.empty((0, 3)),
        weights=np.empty(0),
        corners=np.empty((0, 2, 3, 3)),
    )
    pairs = np.concatenate([none.corners, *(part.corners for part in parts)])
    corners = np.ascontiguousarray(pairs.reshape(-1, 3, 3))
    planes, areas = _cross(corners)
    edges = np.roll(corners, -1, axis=1) - corners
    outwards = np.cross(edges, planes[:, None])
    outwards /= np.maximum(np.linalg.norm(outwards, axis=2), 1e-300)[..., None]
    longest = np.linalg.norm(edges, axis=2).reshape(-1, 6).max(axis=1, initial=0.0)
    return Panels(
        nodes=np.concatenate([none.points, *(part.points for part in parts)]),
        normals=np.concatenate([none.normals, *(part.normals for part in parts)]),
        weights=np.concatenate([none.weights, *(part.weights for part in parts)]),
        areas=areas.reshape(-1, 2).sum(axis=1),
        reach=_NEAR * longest,
        corners=corners,
        planes=planes,
        outwards=outwards,
        bodies=np.repeat(numbers, [len(part.points) for part in parts]).astype(np.int64),
    )


def _cross(corners: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Unit normals and areas of triangles; an empty one has the normal of the one before it."""
    edges = corners[:, 1:] - corners[:, :1]
    normals = np.cross(edges[:, 0], edges[:, 1])
    areas = 0.5 * np.linalg.norm(normals, axis=1)
    pairs = areas.reshape(-1, 2)
    empty = pairs < 1e-9 * pairs.max(axis=1, initial=0.0)[:, None]
    units = (normals / np.maximum(2.0 * areas, 1e-300)[:, None]).reshape(-1, 2, 3)
    units[empty] = units[:, ::-1][empty]
    return units.reshape(-1, 3), areas


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactingScene:
    """A scene without iron whose magnets have reacted.

    Attributes
    ----------
    scene : MagneticScene
        As given.
    effective : MagneticScene
        With the mean induced polarisation added to each remanence.
    panels : Panels
    charges : ndarray, shape (k,)
        What is left, in T.
    """

    scene: MagneticScene
    effective: MagneticScene
    panels: Panels
    charges: FloatArray

    def sample(self, points: FloatArray) -> FieldSample:
        """B, its gradient and ½∇|B|² at points in m, shape (n, 3), anywhere."""
        known = exact.sample(self.effective, points)
        B, gradient = known.B.copy(), known.grad_B.copy()
        if len(self.charges):
            self.panels.add_field(self.charges, points, B, gradient)
        pairs = zip(self.scene.magnets, self.effective.magnets, strict=True)
        for body, effective in pairs:
            inside = _inside(body, points)
            mu = body.recoil_permeability
            B[inside] = mu * (B[inside] - effective.remanence) + body.remanence
            gradient[inside] *= mu
        return exact.from_gradient(points, B, gradient)

    def field_strength(self, points: FloatArray) -> FloatArray:
        """μ0 H in T at points in m, shape (n, 3), inside of magnets as well."""
        H = exact.field_strength(self.effective, points)
        if len(self.charges):
            self.panels.add_field(self.charges, points, H)
        return H

    def panel_strength(self, points: FloatArray, chosen: FloatArray) -> FloatArray:
        """μ0 H in T, shape (n, 3), of the panels' charges times a weight for each, shape (k,)."""
        H = np.zeros_like(points)
        self.panels.add_field(self.charges * chosen, points, H)
        return H


def suffices(scene: MagneticScene) -> bool:
    """Whether surface charges give the field of a scene: no iron, no strong reaction."""
    return not scene.iron and all(
        body.recoil_permeability <= STRONG_RECOIL for body in scene.magnets
    )


def react(scene: MagneticScene, *, count: int = PANELS) -> ReactingScene:
    """Let the magnets of a scene react to each other, to themselves and to all other sources.

    Parameters
    ----------
    scene : MagneticScene
        Its iron is left out.
    count : int
        Panels, about.

    Raises
    ------
    SolverError
        If the charges do not converge.
    """
    panels = panels_of(scene.magnets, count)
    if not len(panels.weights):
        return ReactingScene(scene=scene, effective=scene, panels=panels, charges=np.empty(0))
    susceptibility = np.array([body.recoil_permeability for body in scene.magnets]) - 1.0
    factor = susceptibility[panels.bodies]
    inner, planes = panels.inner_points, panels.planes[::2]

    def left(charges: FloatArray) -> FloatArray:
        H = np.zeros_like(inner)
        panels.add_field(charges, inner, H)
        rest: FloatArray = charges - factor * np.einsum("ni,ni->n", H, planes)
        return rest

    known = exact.field_strength(scene, panels.inner_nodes)
    charges = _solved(left, factor * np.einsum("ni,ni->n", known, panels.normals))
    magnets = list(scene.magnets)
    for number in np.unique(panels.bodies):
        body = magnets[number]
        mine = panels.bodies == number
        weights = charges[mine] * panels.weights[mine]
        arms = panels.nodes[mine] - body.center
        mean = (weights - weights.mean()) @ arms / volume(body)
        magnets[number] = replace(body, remanence=body.remanence + mean)
        charges[mine] -= panels.normals[mine] @ mean
    effective = replace(scene, magnets=tuple(magnets))
    return ReactingScene(scene=scene, effective=effective, panels=panels, charges=charges)


def _area(body: MagnetBody) -> float:
    """Area of the surface in m²."""
    points, triangles = surface_mesh(body)
    a, b, c = (points[triangles[:, k]] for k in range(3))
    return 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())


def _solved(operator: Callable[[FloatArray], FloatArray], right_side: FloatArray) -> FloatArray:
    """The charges with operator(charges) = right_side."""
    from scipy.sparse.linalg import LinearOperator, gmres

    n = len(right_side)
    A = LinearOperator((n, n), matvec=operator, dtype=np.float64)
    charges, left = gmres(A, right_side, rtol=_RTOL, atol=0.0, restart=60, maxiter=5)
    if left:
        raise SolverError(
            "The reaction of the magnets did not converge; their recoil permeability may be too "
            "large for a magnet: take them as `[[iron]]`, or run the case."
        )
    return np.asarray(charges, dtype=np.float64)


def _inside(body: MagnetBody, points: FloatArray) -> IntArray:
    """Rows of the points in a body."""
    low, high = bounding_box(body)
    rows = np.flatnonzero(((points >= low) & (points <= high)).all(axis=1))
    return rows[signed_distance(body, points[rows]) <= 0.0] if len(rows) else rows
