"""Soft-magnetic materials: the curve B(H) of a material and the library of curves.

The library is ``soft.toml``; what it holds as a law is sampled here, in steps of B (or H) far below
what the interpolation of `solvers.iron.bh_curve` resolves. A law whose polarisation J = B − μ0 H
falls again at high field (they are fits) is cut at its maximum.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.constants import MU_0

from .material_table import Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftMaterial:
    """A soft-magnetic material, isotropic and without hysteresis: linear or by a table.

    Attributes
    ----------
    name : str
    relative_permeability : float or None
        Of a linear material; None for one with a table.
    H : ndarray, shape (n,)
        Field strength in A/m, rising from 0; empty for a linear material.
    B : ndarray, shape (n,)
        Flux density in T, rising from 0; empty for a linear material.
    """

    name: str
    relative_permeability: float | None
    H: FloatArray
    B: FloatArray

    @property
    def linear(self) -> bool:
        """Whether B is proportional to H."""
        return self.relative_permeability is not None


def linear_material(relative_permeability: float) -> SoftMaterial:
    """A material of constant relative permeability."""
    empty: FloatArray = np.empty(0)
    return SoftMaterial(
        name=f"μr = {relative_permeability:g}",
        relative_permeability=relative_permeability,
        H=empty,
        B=empty,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftEntry:
    """A soft-magnetic material of the library.

    Attributes
    ----------
    name, title : str
    aliases : tuple of str
        Other names; case, blanks and dashes do not count.
    material : SoftMaterial
    density : float
        In kg/m³.
    confidence : Confidence
    source, note : str
    """

    name: str
    title: str
    aliases: tuple[str, ...]
    material: SoftMaterial
    density: float
    confidence: Confidence
    source: str
    note: str = ""

    @property
    def saturation(self) -> float:
        """Largest polarisation J of the curve in T."""
        return float((self.material.B - MU_0 * self.material.H).max())

    @property
    def initial_permeability(self) -> float:
        """Relative, of the first step of the curve."""
        return float(self.material.B[1] / (MU_0 * self.material.H[1]))

    @property
    def largest_permeability(self) -> float:
        """Largest B/(μ0 H) of the points of the curve."""
        return float((self.material.B[1:] / (MU_0 * self.material.H[1:])).max())


@cache
def soft_materials() -> Mapping[str, SoftEntry]:
    """The library of soft-magnetic materials by name."""
    text = resources.files("magcap.library").joinpath("soft.toml").read_text("utf-8")
    table = tomllib.loads(text)
    return MappingProxyType(
        {row["name"]: _entry(row, table["source"]) for row in table["material"]}
    )


def soft_entry(name: str) -> SoftEntry:
    """The entry called `name`, by any of its names (case, blanks and dashes do not count).

    Raises
    ------
    KeyError
        If the library does not have it.
    """
    plain = _plain(name)
    for entry in soft_materials().values():
        if plain in {_plain(known) for known in (entry.name, *entry.aliases)}:
            return entry
    raise KeyError(name)


def soft_material(name: str) -> SoftMaterial:
    """The material called `name`; see `soft_entry`.

    >>> round(float(soft_material("AISI 1010").B[-1]), 3)
    2.4
    """
    return soft_entry(name).material


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _entry(row: Mapping[str, Any], sources: Mapping[str, str]) -> SoftEntry:
    H, B = _curve(row)
    H.flags.writeable = B.flags.writeable = False
    return SoftEntry(
        name=row["name"],
        title=row["title"],
        aliases=tuple(row["aliases"]),
        material=SoftMaterial(name=row["name"], relative_permeability=None, H=H, B=B),
        density=float(row["density"]),
        confidence=Confidence(row["confidence"]),
        source="; ".join(sources[key] for key in row["source"]),
        note=row.get("note", ""),
    )


def _curve(row: Mapping[str, Any]) -> tuple[FloatArray, FloatArray]:
    """H in A/m and B in T of a row: its table, or its law sampled."""
    if "tanh" in row:
        return _tanh_sum(**row["tanh"])
    if "ratio" in row:
        return _ratio(**row["ratio"])
    if "log" in row:
        return _logarithms(**row["log"])
    return np.array(row["H"], dtype=np.float64), np.array(row["B"], dtype=np.float64)


def _tanh_sum(Ms: list[float], k: list[float]) -> tuple[FloatArray, FloatArray]:
    """J = Σ Ms tanh(k μ0 H/Ms), up to saturation within 1e-12."""
    knees = np.array(Ms) / np.array(k)
    H = np.concatenate([[0.0], np.geomspace(1e-3 * knees.min(), 15 * knees.max(), 1200) / MU_0])
    J = sum(m * np.tanh(c * MU_0 * H / m) for m, c in zip(Ms, k, strict=True))
    return H, np.asarray(MU_0 * H + J)


def _ratio(
    initial: float, B_m: float, c_a: float, c_b: float, n: float, saturation: float = np.inf
) -> tuple[FloatArray, FloatArray]:
    """Roschke's law of μr(B), as in the Modelica Standard Library."""
    B = np.concatenate([[0.0], np.geomspace(1e-3, 3.0, 600)])
    N = B / B_m
    permeability = 1.0 + (initial - 1.0 + c_a * N) / (1.0 + c_b * N + N**n)
    H = B / (MU_0 * permeability)
    polarisation = B - MU_0 * H
    within = polarisation < saturation
    if within.all():
        return _rising(H, B)
    H, B = H[within], B[within]
    flat = H[-1] * np.array([1.5, 3.0])
    return np.append(H, flat), np.append(B, MU_0 * flat + saturation)


def _logarithms(
    mu_r: float, a: list[float], b: list[float], g: list[float], fill: float
) -> tuple[FloatArray, FloatArray]:
    """Shane and Sudhoff's law of μ(B), with the iron's share of the stack taken out."""
    B = np.concatenate([[0.0], np.geomspace(1e-3, 3.0, 600)])
    alpha, beta, gamma = (np.array(values)[:, None] for values in (a, b, g))
    t = np.exp(-beta * gamma)
    terms = alpha * B + alpha / beta * np.log((t + np.exp(-beta * B)) / (1.0 + t))
    f = mu_r / (mu_r - 1.0) + terms.sum(axis=0)
    H = B * (f - 1.0) / (MU_0 * f)
    return _rising(H, (B - (1.0 - fill) * MU_0 * H) / fill)


def _rising(H: FloatArray, B: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A curve up to where its polarisation stops to rise."""
    falling = np.flatnonzero(np.diff(B - MU_0 * H) <= 0.0)
    end = len(H) if len(falling) == 0 else int(falling[0]) + 1
    return H[:end].copy(), B[:end].copy()
