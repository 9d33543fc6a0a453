"""Magnets and iron: what and where they are, and how far iron saturates."""

from __future__ import annotations

from typing import Any, Final

from magcap.geometry.scene import IronBody, MagnetBody
from magcap.postprocess import pictures
from magcap.postprocess.files import contents
from magcap.postprocess.outcome import Outcome
from magcap.postprocess.section import Section


def _numbers(outcome: Outcome) -> dict[str, Any]:
    scene = outcome.scene
    return {
        "magnets": [_magnet(body) for body in scene.magnets],
        "iron": [_iron(body) for body in scene.iron],
    }


def _magnet(body: MagnetBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "shape": str(body.shape),
        "center": body.center,
        "remanence": body.remanence,
        "recoil_permeability": body.recoil_permeability,
    }


def _iron(body: IronBody) -> dict[str, Any]:
    return {
        "name": body.name,
        "shape": str(body.shape),
        "center": body.center,
        "material": body.material.name,
    }


BODIES: Final = Section(
    name="bodies",
    numbers=_numbers,
    conventions={
        "remanence": (
            "Remanence is the polarisation J = mu0 M at H = 0; B = mu0 mu_rec H + J inside."
        ),
    },
    files=(contents.BODIES,),
    figures=(pictures.OVERVIEW, pictures.IRON),
)
