"""Tissue layers as simple geometry: slabs below the skin or shells around the vessel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import SlabTissue, Tissue
from magcap.library import materials

#: Colour of a tissue that the library does not know.
_OTHER_COLOUR = "#c9a9a6"


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueLayerGeometry:
    """One layer of tissue.

    Attributes
    ----------
    number : int
        Place in ``tissue.layer``, from 1; its region in the field mesh is ``tissue_<number>``.
    material : str
    start, end : float
        Depth of its two faces in m: below the skin (slabs) or outwards from the lumen's wall
        (shells).
    susceptibility : float
        Volume susceptibility (SI) as the case says, 0 by default.
    colour : str
        For pictures.
    """

    number: int
    material: str
    start: float
    end: float
    susceptibility: float
    colour: str


def tissue_layers(tissue: Tissue) -> tuple[TissueLayerGeometry, ...]:
    """Layers with their depths, in the order of the case."""
    known = materials().tissues
    layers, depth = [], 0.0
    for number, layer in enumerate(tissue.layer, 1):
        entry = known.get(layer.material.casefold())
        layers.append(
            TissueLayerGeometry(
                number=number,
                material=layer.material,
                start=depth,
                end=depth + layer.thickness,
                susceptibility=layer.susceptibility,
                colour=entry.colour if entry else _OTHER_COLOUR,
            )
        )
        depth += layer.thickness
    return tuple(layers)


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueSlab:
    """A layer between two planes, as wide as wanted.

    Attributes
    ----------
    layer : TissueLayerGeometry
    outer, inner : ndarray, shape (3,)
        Points of its outer and inner plane in m, below the skin point of the case.
    normal : ndarray, shape (3,)
        Unit vector out of the body.
    """

    layer: TissueLayerGeometry
    outer: FloatArray
    inner: FloatArray
    normal: FloatArray


def tissue_slabs(tissue: Tissue | None) -> tuple[TissueSlab, ...]:
    """The slabs of a case; none for shells or without tissue."""
    if not isinstance(tissue, SlabTissue):
        return ()
    skin, normal = skin_plane(tissue)
    return tuple(
        TissueSlab(
            layer=layer,
            outer=skin - layer.start * normal,
            inner=skin - layer.end * normal,
            normal=normal,
        )
        for layer in tissue_layers(tissue)
    )


def skin_plane(tissue: SlabTissue) -> tuple[FloatArray, FloatArray]:
    """Point of the skin in m and unit vector out of the body."""
    normal = np.array(tissue.normal, dtype=float)
    return np.array(tissue.skin), normal / np.linalg.norm(normal)


def magnetic_layers(tissue: Tissue | None) -> tuple[TissueLayerGeometry, ...]:
    """Layers with a susceptibility: the only ones that the field mesh holds."""
    if tissue is None:
        return ()
    return tuple(layer for layer in tissue_layers(tissue) if layer.susceptibility != 0.0)


def tissue_permeability(tissue: Tissue | None) -> dict[str, float]:
    """Relative permeability 1 + χ of the regions of the field mesh that are tissue."""
    return {
        f"tissue_{layer.number}": 1.0 + layer.susceptibility for layer in magnetic_layers(tissue)
    }
