"""Flow that changes in time in a tube: Womersley's solution, a Windkessel at the outlet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.parallel import world
from magcap.postprocess.periods import last_cycle, outlet_numbers, wall_layer_numbers
from magcap.solvers.results import FlowPeriod

from .cases import tube_case
from .check import Check, flow_check

_MU, _RHO = 3.5e-3, 1060.0
#: Womersley numbers, and what amplitude and phase of gradient and wall shear may be off.
WOMERSLEY = (2.0, 5.0, 12.0)
LIMITS = (0.01, 0.02)
#: Cells at the wall in √(ν/ω): the phase of its shear stress is off by 0.06 of their square.
FINE = 0.4


def womersley(folder: Path) -> list[Check]:
    """A mean flow with a swing of 80 %: |computed/exact − 1| of the complex amplitudes."""
    from scipy.special import jv

    radius, speed, length, checks = 3e-3, 0.1, 9e-3, []
    area = np.pi * radius**2
    for alpha in WOMERSLEY:
        omega = alpha**2 * _MU / (_RHO * radius**2)
        t = 2 * np.pi / omega * np.arange(200) / 199
        flow = speed * area * (1 + 0.8 * np.cos(omega * t))
        found, lumen = _solved(
            folder / f"alpha {alpha:g}.csv", radius, length, t, flow, wall=min(0.15, FINE / alpha)
        )
        L = np.exp(0.75j * np.pi) * alpha
        F = 2 * jv(1, L) / (L * jv(0, L))
        gradient = 0.8 * speed * 1j * _RHO * omega / (1 - F)
        exact = (gradient * length, gradient * radius / 2 * F)
        x = lumen.mesh.points[:, 0]
        drop = [_mean_at(x, -length / 2, p) - _mean_at(x, length / 2, p) for p in found.pressure]
        middle = (lumen.wall_distance == 0) & (np.abs(x) < 0.3 * length)
        stress = [one[middle, 0].mean() for one in found.wall_traction]
        wave = np.exp(-1j * omega * found.times)
        names = ("pressure drop", "wall shear stress")
        rows = zip(names, (drop, stress), exact, LIMITS, strict=True)
        for name, values, wanted, limit in rows:
            ratio = 2 * np.mean(wave * np.array(values)) / wanted
            checks += _compared(alpha, name, ratio, limit)
        told = wall_layer_numbers(found, lumen)["shear_lag"] / abs(float(np.angle(ratio)))
        quantity = "phase of the wall shear stress, told over found"
        checks.append(flow_check(f"Womersley tube, α {alpha:g}", quantity, told, 1.0, 0.5))
    return checks


def _compared(alpha: float, name: str, ratio: complex, limit: float) -> list[Check]:
    """Amplitude and phase of a complex amplitude over the exact one."""
    tube, phase = f"Womersley tube, α {alpha:g}", float(np.angle(ratio))
    return [
        flow_check(tube, f"{name}, amplitude", abs(ratio), 1.0, limit),
        flow_check(tube, f"{name}, phase in rad", phase, 0.0, limit, scale=1.0),
    ]


def windkessel(folder: Path) -> list[Check]:
    """R_p 121, R_d 1212 dyn s/cm⁵, C 1.5e-4 cm⁵/dyn behind Q = 20π(1 − cos 2πt) ml/s."""
    t = np.arange(200) / 199
    flow = 20e-6 * np.pi * (1 - np.cos(2 * np.pi * t))
    load = {
        "proximal": "121e5 Pa*s/m^3",
        "distal": "1212e5 Pa*s/m^3",
        "compliance": "1.5e-9 m^3/Pa",
    }
    outlet = {"name": "outlet", "windkessel": load}
    found, _ = _solved(folder / "windkessel.csv", 20e-3, 60e-3, t, flow, outlet=[outlet])
    numbers = outlet_numbers(found, "outlet")
    step = float(np.diff(found.steps.times[last_cycle(found)]).max())
    name, most = "Windkessel at the end of a tube", 13921.928
    rows = (
        ("mean pressure", "pressure_mean", 8375.486, 0.005, None),
        ("largest pressure", "pressure_max", most, 0.005, None),
        ("least pressure", "pressure_min", 2829.043, 0.005, most),
        ("time of the largest in s", "time_of_max", 0.6191, step, 1.0),
        ("time of the least in s", "time_of_min", 0.1191, step, 1.0),
    )
    return [
        flow_check(name, quantity, numbers[key], reference, tolerance, scale=scale)
        for quantity, key, reference, tolerance, scale in rows
    ]


#: Harmonics of a carotid-like pulse over its mean flow.
WAVEFORM = (0.35 - 0.75j, -0.45 - 0.45j, -0.35 + 0.1j, -0.1 + 0.2j)


def windkessel_of_a_waveform(folder: Path) -> list[Check]:
    """Four harmonics: P = Σ [R_p + R_d/(1 + inωR_dC)] Q_n e^{inωt} at every step."""
    mean, period, order = 6.5e-6, 1.1, np.arange(5)
    proximal, distal, compliance = 2.5e8, 1.9e9, 1.75e-10
    omega = 2 * np.pi / period * order
    waves = mean * np.array([1.0, *WAVEFORM])
    t = period * np.arange(200) / 199
    load = {
        "proximal": f"{proximal} Pa*s/m^3",
        "distal": f"{distal} Pa*s/m^3",
        "compliance": f"{compliance} m^3/Pa",
    }
    outlet = {"name": "outlet", "windkessel": load}
    flow = np.real(np.exp(1j * np.outer(t, omega)) @ waves)
    found, _ = _solved(folder / "waveform.csv", 3e-3, 9e-3, t, flow, outlet=[outlet])
    impedance = proximal + distal / (1 + 1j * omega * distal * compliance)
    last = last_cycle(found)
    exact = np.real(np.exp(1j * np.outer(found.steps.times[last], omega)) @ (impedance * waves))
    pressure = found.steps.mean_pressures["outlet"][last]
    name, worst = "Windkessel under a pulse", int(np.abs(pressure - exact).argmax())
    return [
        flow_check(name, "largest pressure", pressure.max(), exact.max(), 0.005),
        flow_check(name, "farthest off", pressure[worst], exact[worst], 0.01, scale=exact.max()),
    ]


def _solved(
    file: Path,
    radius: float,
    length: float,
    t: FloatArray,
    flow: FloatArray,
    *,
    wall: float = 0.15,
    outlet: list[dict[str, Any]] | None = None,
) -> tuple[FlowPeriod, Lumen]:
    """The periodic flow of a tube under a waveform, with cells of `wall` radii at the wall."""
    from magcap.solvers import unsteady
    from magcap.solvers.flow import inlet_motion

    rows = [f"{a:.17g}, {b:.17g}" for a, b in zip(t, flow, strict=True)]
    file.write_text("\n".join(["t [s], Q [m^3/s]", *rows]))
    case = tube_case(
        radius=radius,
        length=length,
        velocity=float(np.trapezoid(flow, t) / t[-1]) / (np.pi * radius**2),
        blood={"viscosity": f"{_MU} Pa*s", "density": f"{_RHO} kg/m^3"},
        mesh={"lumen_size": f"{0.4 * radius} m", "wall_size": f"{wall * radius} m"},
        flow={
            "regime": "pulsatile",
            "inlet": {"waveform": str(file.absolute())},
            "outlet": outlet or [],
        },
    )
    lumen = build_lumen(case.vessel, case.mesh)
    motion = inlet_motion(lumen, case.blood, case.flow)
    return unsteady.solve(lumen, case.blood, case.flow, motion, comm=world()), lumen


def _mean_at(x: FloatArray, place: float, values: FloatArray) -> float:
    """Mean over the nodes of a cross-section, where Womersley's pressure is one number."""
    return float(values[np.abs(x - place) < 1e-9].mean())
