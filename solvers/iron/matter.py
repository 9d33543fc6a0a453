"""What the regions of a field mesh are made of, as the potential's equations see it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from magcap.geometry.scene import MagneticScene
from magcap.library import SoftMaterial


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Materials by region.

    Attributes
    ----------
    permeability : mapping of str to float
        Relative, of what is linear and no iron: magnets (recoil), tissue.
    iron : mapping of str to SoftMaterial
        Iron, but for a relative permeability of 1.
    magnets : tuple of str
    """

    permeability: Mapping[str, float]
    iron: Mapping[str, SoftMaterial]
    magnets: tuple[str, ...]

    @property
    def linear(self) -> bool:
        """Whether no material has a table."""
        return all(material.linear for material in self.iron.values())

    @property
    def reacts(self) -> bool:
        """Whether anything has μr ≠ 1."""
        return bool(self.iron) or any(value != 1.0 for value in self.permeability.values())

    @property
    def key(self) -> Hashable:
        """Equal for equal matter."""
        iron = [(name, material_key(m)) for name, m in sorted(self.iron.items())]
        return (tuple(sorted(self.permeability.items())), tuple(iron), self.magnets)


def material_key(material: SoftMaterial) -> Hashable:
    """Equal for materials that behave alike."""
    return (material.relative_permeability, material.H.tobytes(), material.B.tobytes())


def matter_of(scene: MagneticScene, permeability: Mapping[str, float] | None) -> Matter:
    """The matter of a scene and of further regions with a relative permeability."""
    recoil = {f"magnet_{i}": m.recoil_permeability for i, m in enumerate(scene.magnets, 1)}
    iron = {
        f"iron_{i}": body.material
        for i, body in enumerate(scene.iron, 1)
        if body.material.relative_permeability != 1.0
    }
    return Matter(
        permeability={**recoil, **(permeability or {})},
        iron=iron,
        magnets=tuple(recoil),
    )
