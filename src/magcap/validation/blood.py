"""Tubes of blood that is not Newtonian, entered by the profile of its own law."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from magcap.case import Blood
from magcap.pipeline import run
from magcap.solvers.laws import tube_flow, viscosity_of

from .cases import tube_case
from .check import Check, flow_check

#: Carreau–Yasuda tube, blood set C: radius, mean velocity: −dp/dx, u_c/U, wall stress.
GENERALISED = {
    (3e-3, 0.2): (754.672506, 1.911860, 1.132009),
    (1e-3, 0.05): (1762.424925, 1.898006, 0.881212),
}
#: Radius and mean velocity of the other laws' tube, in m and m/s.
_RADIUS, _SPEED = 2e-3, 0.04


def generalised_newtonian(folder: Path) -> list[Check]:
    """Carreau–Yasuda, Casson, power law, Quemada: gradient, wall stress, speed on the axis."""
    checks = []
    for number, ((radius, speed), exact) in enumerate(GENERALISED.items(), start=1):
        name = f"Carreau–Yasuda tube, R {1e3 * radius:g} mm, U {speed} m/s"
        blood = {"model": "carreau-yasuda"}
        found = _run(folder / f"carreau {number}", radius, speed, blood)
        checks += _checks(name, found, exact, "quadrature")
    laws = {"power law": _power_law(), "Casson": _casson(), "Quemada": _quemada()}
    for name, (blood, exact, source) in laws.items():
        found = _run(folder / name, _RADIUS, _SPEED, blood)
        checks += _checks(f"{name} tube", found, exact, source)
    return checks


def _run(
    folder: Path, radius: float, speed: float, blood: dict[str, Any]
) -> tuple[float, float, float]:
    """−dp/dx, u_c/U and mean wall stress of a tube of six radii."""
    length = 6.0 * radius
    case = tube_case(radius=radius, length=length, velocity=speed, blood=blood)
    flow = run(case, folder, figures=False).flow
    return flow.pressure_drop / length, flow.max_speed / speed, flow.wall_shear_stress_mean


def _power_law() -> tuple[dict[str, Any], tuple[float, float, float], str]:
    """τ_w = k((3n + 1)U/(nR))^n, u_c/U = (3n + 1)/(n + 1)."""
    k, n = 15e-3, 0.7
    stress = k * ((3 * n + 1) / n * _SPEED / _RADIUS) ** n
    exact = (2 * stress / _RADIUS, (3 * n + 1) / (n + 1), stress)
    blood = {"model": "power-law", "consistency": f"{k} Pa*s", "flow_index": n}
    return blood, exact, "closed form"


def _casson() -> tuple[dict[str, Any], tuple[float, float, float], str]:
    """U = Rτ_w/(4η) [1 − 16/7 √c + 4/3 c − c⁴/21], c = τ_y/τ_w (Merrill et al. 1965)."""
    from scipy.optimize import brentq

    eta, limit = 3.5e-3, 20e-3

    def excess(stress: float) -> float:
        c = limit / stress
        bracket = 1 - 16 / 7 * c**0.5 + 4 / 3 * c - c**4 / 21
        return float(_RADIUS * stress / (4 * eta) * bracket - _SPEED)

    stress = float(brentq(excess, 1.01 * limit, 1e3 * limit, xtol=1e-15))
    c = limit / stress
    peak = _RADIUS * stress / (2 * eta) * (1 - 8 / 3 * c**0.5 + 2 * c - c**2 / 3)
    blood = {"model": "casson", "yield_stress": f"{limit} Pa", "casson_viscosity": f"{eta} Pa*s"}
    return blood, (2 * stress / _RADIUS, peak / _SPEED, stress), "closed form"


def _quemada() -> tuple[dict[str, Any], tuple[float, float, float], str]:
    """By quadrature of the law itself."""
    blood = {"model": "quemada", "hematocrit": 0.45}
    law = viscosity_of(Blood.model_validate(blood))
    exact = tube_flow(law, radius=_RADIUS, mean_velocity=_SPEED)
    return blood, (exact.gradient, exact.peak / _SPEED, exact.stress), "quadrature"


def _checks(
    case: str,
    found: tuple[float, float, float],
    exact: tuple[float, float, float],
    source: str,
) -> list[Check]:
    names = ("pressure gradient", "speed on the axis over the mean", "mean wall shear stress")
    rows = zip(names, found, exact, (0.005, 0.005, 0.01), strict=True)
    return [
        flow_check(case, quantity, computed, reference, tolerance, source=source)
        for quantity, computed, reference, tolerance in rows
    ]
