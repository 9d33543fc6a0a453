"""A button magnet with a pole tip of iron under a vessel, here and in the plane of revolution."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from helpers.axisymmetric import MU_0, Revolved, solve as solve_in_the_plane
from helpers.magnets import body
from magcap.arrays import FloatArray
from magcap.case import Mesh
from magcap.geometry.bodies import BodyShape
from magcap.geometry.field_mesh import build_field_mesh
from magcap.geometry.mesh import FieldMesh
from magcap.geometry.scene import IronBody, MagneticScene
from magcap.library import linear_material, soft_material

#: Ø50 x 30 mm, remanence of N52; the tip stands on its face: Ø50 to Ø16, 20 mm high.
REMANENCE, RECOIL = 1.45, 1.05
TIP_END = 0.035
_MAGNET = Revolved(corners=((0, -0.015), (0.025, -0.015), (0.025, 0.015), (0, 0.015)))
_TIP = Revolved(corners=((0, 0.015), (0.025, 0.015), (0.008, 0.035), (0, 0.035)))


def pole(material: str | float | None) -> MagneticScene:
    """The scene with a tip of a named material, of a permeability, or without a tip."""
    magnet = body(BodyShape.CYLINDER, (0.05, 0.03), (0, 0, REMANENCE), recoil_permeability=RECOIL)
    if material is None:
        return MagneticScene(magnets=(magnet,))
    named = soft_material(material) if isinstance(material, str) else linear_material(material)
    tip = IronBody(
        name="iron[1]",
        shape=BodyShape.FRUSTUM,
        dimensions=(0.05, 0.016, 0.02),
        center=np.array([0.0, 0.0, 0.025]),
        rotation=np.eye(3),
        vertices=np.empty((0, 3)),
        triangles=np.empty((0, 3), dtype=np.int64),
        material=named,
    )
    return MagneticScene(magnets=(magnet,), iron=(tip,))


def vessel(depth: float, count: int = 1000) -> FloatArray:
    """Points in a vessel 40 mm long and 6 mm wide with its wall `depth` beyond the tip."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0.0, 2.0 * np.pi, count)
    radius = 0.003 * np.sqrt(rng.uniform(0.0, 1.0, count))
    z = TIP_END + depth + 0.003 + radius * np.sin(angle)
    return np.column_stack([rng.uniform(-0.02, 0.02, count), radius * np.cos(angle), z])


def mesh(scene: MagneticScene, points: FloatArray, resolution: str = "coarse") -> FieldMesh:
    """A field mesh."""
    return build_field_mesh(scene, points, None, Mesh.model_validate({"resolution": resolution}))


@cache
def independent(
    material: str | float | None, size: float = 0.006
) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """B and ½∇|B|² at points in air from `helpers.axisymmetric`, solved once."""

    def curve(h: FloatArray) -> FloatArray:
        from magcap.solvers.iron import bh_curve

        if isinstance(material, str):
            return bh_curve.flux_density(bh_curve.build(soft_material(material)), h)[0]
        return MU_0 * (material or 1.0) * h

    tip = None if material is None else _TIP
    return solve_in_the_plane(_MAGNET, REMANENCE, RECOIL, tip, curve, size=size)


def relative(value: FloatArray, true: FloatArray) -> float:
    """Relative RMS difference."""
    return float(np.linalg.norm(value - true) / np.linalg.norm(true))
