"""The sphere of air around magnets, iron and vessel, and whether a wanted one holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.errors import CaseError
from magcap.geometry.bodies import Body, edge_segments
from magcap.geometry.scene import without_block

#: Least radius of the air over that of the ball around what it holds.
_LEAST = 1.02
#: Without a wanted radius the vessel gets at least this.
_AROUND_VESSEL = 1.2
#: The wall of the mesh may be this much further out than the outline's, relative.
_SLACK = 1e-2


@dataclass(frozen=True, slots=True, kw_only=True)
class Air:
    """The sphere of air.

    Attributes
    ----------
    center : ndarray, shape (3,)
        In m.
    radius : float
        In m.
    """

    center: FloatArray
    radius: float


def air_sphere(
    bodies: Sequence[Body], vessel_points: FloatArray, mesh: Mesh, *, air_factor: float
) -> Air:
    """A sphere about the middle of the solids that holds the vessel, too.

    The Robin condition is exact for a dipole at its centre, so the centre is that of the
    bounding box of magnets and iron. Windings need no air: their field is exact, and the sphere
    bounds the reaction of the solids only.

    Raises
    ------
    CaseError
        If `mesh.air_radius` is too small.
    """
    center, solids, vessel = _reaches(bodies, vessel_points)
    if mesh.air_radius is None:
        return Air(center=center, radius=max(air_factor * solids, _AROUND_VESSEL * vessel))
    if mesh.air_radius < (_LEAST - _SLACK) * max(solids, vessel):
        raise CaseError(domain_faults(bodies, vessel_points, mesh))
    return Air(center=center, radius=mesh.air_radius)


def domain_faults(bodies: Sequence[Body], vessel_points: FloatArray, mesh: Mesh) -> list[str]:
    """What leaves the sphere of a given `mesh.air_radius`, in a sentence with the least radius."""
    if mesh.air_radius is None or not bodies:
        return []
    center, solids, vessel = _reaches(bodies, vessel_points)
    least = _LEAST * max(solids, vessel)
    if mesh.air_radius >= least:
        return []
    outside = list(
        dict.fromkeys(
            without_block(body.name)
            for body in bodies
            if _LEAST * _reach(body, center) > mesh.air_radius
        )
    )
    leaving = [f"`{name}`" for name in outside]
    if _LEAST * vessel > mesh.air_radius:
        leaving.append("the vessel")
    shown = " and ".join([", ".join(leaving[:-1]), leaving[-1]] if len(leaving) > 1 else leaving)
    x, y, z = (f"{1e3 * value:.4g}" for value in center)
    return [
        f"`mesh.air_radius` must be at least {_up(least)} mm, got {1e3 * mesh.air_radius:.4g} mm: "
        f"{shown} would leave the domain, a ball around ({x}, {y}, {z}) mm, the middle of the "
        "magnets and the iron. Without `mesh.air_radius` a fitting one is taken."
    ]


def _up(length: float) -> str:
    """A length in mm, three digits, rounded up."""
    digits = 10.0 ** (np.floor(np.log10(1e3 * length)) - 2)
    return f"{np.ceil(1e3 * length / digits - 1e-9) * digits:.10g}"


def _reaches(bodies: Sequence[Body], vessel_points: FloatArray) -> tuple[FloatArray, float, float]:
    """Centre of the air, and the reach of solids and vessel from it, in m."""
    if bodies:
        guide = np.concatenate([np.concatenate(edge_segments(body)) for body in bodies])
    else:
        guide = vessel_points
    center = 0.5 * (guide.min(axis=0) + guide.max(axis=0))
    solids = float(np.linalg.norm(guide - center, axis=1).max())
    vessel = float(np.linalg.norm(vessel_points - center, axis=1).max())
    return center, solids, vessel


def _reach(body: Body, center: FloatArray) -> float:
    """Distance of a body's farthest edge from a point, in m."""
    points = np.concatenate(edge_segments(body))
    return float(np.linalg.norm(points - center, axis=1).max())
