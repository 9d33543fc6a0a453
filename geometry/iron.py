"""Soft-magnetic parts of the case resolved to bodies with a material."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from magcap.case import Iron
from magcap.geometry.body import Body
from magcap.library.soft import SoftMaterial


@dataclass(frozen=True, slots=True, kw_only=True)
class IronBody(Body):
    """One soft-magnetic body.

    Attributes
    ----------
    material : SoftMaterial
    """

    material: SoftMaterial


def iron_bodies(parts: Sequence[Iron]) -> tuple[IronBody, ...]:
    """The soft-magnetic bodies of a case, in order.

    Raises
    ------
    CaseError
        With all faults of the parts.
    """
    if parts:
        raise NotImplementedError
    return ()
