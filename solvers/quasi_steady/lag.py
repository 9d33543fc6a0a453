"""How far a quasi-steady flow is off: estimated from two sweeps, foretold for a tube.

δ is what the second sweep changes, which has the inertia of the first one's flow ū_0. As δ answers
to ∂ū_0/∂t, so would the next change, which is left out, to ∂δ/∂t:

    error(t) ≈ T ‖∂δ/∂t(t)‖,   T = ‖δ‖/‖∂ū_0/∂t‖ in the root mean square, R²/(24ν) in a tube,

of velocity and wall shear stress, with the longer T of both: that of the velocity is too short, as
a parabola that swings is no profile that relaxes. In a tube (α = 0.1, 1, 3) that is 1 to 2 times
the true error. `laws.quasi_steady_error` has the closed form of a tube.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Flow
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import inlet_motion, outlet_laws
from magcap.solvers.laws import quasi_steady_error, viscosity_of
from magcap.solvers.unsteady import womersley_number

#: Error below which a quasi-steady flow is as good as one that is followed in time.
GOOD = 0.01
#: Columns whose time derivative is taken at once.
_CHUNK = 50_000


def foretold_error(lumen: Lumen, blood: Blood, flow: Flow) -> float:
    """About the error of the quasi-steady way: that of a tube of the inlet's radius.

    Infinite where there is no such way: with several inlets, or with a Windkessel that shares the
    flow with other loads, so that its store changes the split.
    """
    laws = [law for law in outlet_laws(lumen, flow) if law.share is None]
    stores = any(law.compliance > 0 for law in laws)
    if len(lumen.inlets) > 1 or (stores and len(laws) > 1):
        return np.inf
    pulse = inlet_motion(lumen, blood, flow).pulse
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    alpha = womersley_number(lumen, blood, law, pulse)
    return quasi_steady_error(pulse.coefficients, pulse.mean, alpha)


def lag_errors(
    steady: Sequence[FloatArray], moving: Sequence[FloatArray], period: float
) -> tuple[float, ...]:
    """Largest error over the largest norm of each quantity, without and with inertia.

    Parameters
    ----------
    steady, moving : sequence of ndarray, shape (k, …)
        Quantities at equispaced times of the period: of the first and of the second sweep.
    period : float
        In s.

    >>> t = np.arange(16) / 16
    >>> steady = np.cos(2 * np.pi * t)[:, None]
    >>> moving = steady + 0.1 * np.cos(2 * np.pi * t + np.pi / 2)[:, None]
    >>> round(lag_errors([steady], [moving], 1.0)[0], 12)
    0.01
    """
    before, after = ([one.reshape(len(one), -1) for one in part] for part in (steady, moving))
    pairs = list(zip(before, after, strict=True))
    time = max(_relaxation(a, b, period) for a, b in pairs)
    return tuple(time * _pace_of_change(a, b, period) for a, b in pairs)


def _relaxation(steady: FloatArray, moving: FloatArray, period: float) -> float:
    """‖δ‖/‖∂ū_0/∂t‖ in s; 0 where nothing changes."""
    pace = float(np.linalg.norm(rates(steady, period)))
    return float(np.linalg.norm(moving - steady)) / pace if pace > 0.0 else 0.0


def _pace_of_change(steady: FloatArray, moving: FloatArray, period: float) -> float:
    """Largest ‖∂δ/∂t‖ over the largest ‖ū_0‖ in 1/s; 0 where there is no flow."""
    largest = float(np.linalg.norm(steady, axis=1).max())
    pace = float(np.linalg.norm(rates(moving - steady, period), axis=1).max())
    return pace / largest if largest > 0.0 else 0.0


def rates(values: FloatArray, period: float) -> FloatArray:
    """Time derivative of values at equispaced times of a period, along the first axis.

    >>> rates(np.sin(2 * np.pi * np.arange(8) / 8)[:, None], 2 * np.pi)[0].round(12)
    array([1.])
    """
    count = len(values)
    wave = 2j * np.pi / period * np.arange(count // 2 + 1)
    if count % 2 == 0:
        wave[-1] = 0.0  # the highest one has no phase
    found = np.empty_like(values)
    for start in range(0, values.shape[1], _CHUNK):
        part = slice(start, start + _CHUNK)
        spectrum = np.fft.rfft(values[:, part], axis=0)
        found[:, part] = np.fft.irfft(wave[:, None] * spectrum, n=count, axis=0)
    return found
