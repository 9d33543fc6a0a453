"""Velocity at the inlet of any shape, with exactly the flow that was asked for.

`section.py` has the profiles: that of the law itself, Womersley's, the Newtonian parabola (of the
opening's own shape) and the plug. They are scaled so that the flux integral ∫u·n dS over the
curved facets, which is exact for P2, equals the flow rate at any time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.case import Blood, Flow, Inlet
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen
from magcap.library import pulse_of
from magcap.solvers.laws import Viscosity, ViscosityLaw, viscosity_of
from magcap.tables import PeriodicFlow

from .section import Section, developed, pulsed, section_of

_ONE = Viscosity(mu_0=1.0, mu_inf=1.0)


def flow_rate_of(inlet: Inlet, area: float) -> float:
    """Flow rate in m³/s that the case asks for at an inlet of `area` in m²; of a pulse its mean.

    Raises
    ------
    CaseError
        If none is given, or only a waveform that was not resolved to its mean.
    """
    if inlet.flow_rate is not None:
        return inlet.flow_rate
    if inlet.mean_velocity is not None:
        return inlet.mean_velocity * area
    if inlet.waveform is not None:
        raise CaseError(
            "`flow.inlet.waveform` must be resolved to its mean flow rate before the flow is "
            "solved; give `flow.inlet.flow_rate`."
        )
    raise CaseError(
        "`flow.inlet` must give `mean_velocity`, `flow_rate` or `waveform`, got none of them."
    )


def inlet_velocity(
    lumen: Lumen, *, profile: str, flow_rate: float, law: ViscosityLaw = _ONE
) -> tuple[IntArray, FloatArray]:
    """Steady velocity at the nodes of the inlet, 0 on the rim.

    Parameters
    ----------
    lumen : Lumen
    profile : str
        ``"developed"``, ``"parabolic"`` or ``"plug"``.
    flow_rate : float
        In m³/s.
    law : ViscosityLaw
        For ``"developed"``.

    Returns
    -------
    nodes : ndarray of int, shape (k,)
        Rows of `lumen.mesh.points`.
    velocity : ndarray, shape (k, 3)
        In m/s; its flux into the lumen is `flow_rate` to rounding.
    """
    section = section_of(lumen)
    w = _steady(section, profile, flow_rate, law)
    return section.nodes, w[:, None] * section.direction


def _steady(section: Section, profile: str, flow_rate: float, law: ViscosityLaw) -> FloatArray:
    if profile == "plug":
        w = section.plug()
        return np.asarray(w * (flow_rate / (section.flux @ w)))
    return developed(section, _ONE if profile == "parabolic" else law, flow_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class InletMotion:
    """The velocity at the inlet over a period.

    Attributes
    ----------
    pulse : PeriodicFlow
    nodes : ndarray of int, shape (k,)
        Rows of the lumen mesh's points.
    direction : ndarray, shape (3,)
    mean : ndarray, shape (k,)
        Along `direction` in m/s.
    harmonics : ndarray of complex, shape (n, k)
        In m/s.
    """

    pulse: PeriodicFlow
    nodes: IntArray
    direction: FloatArray
    mean: FloatArray
    harmonics: FloatArray

    def velocity(self, time: float) -> FloatArray:
        """In m/s at `nodes`, shape (k, 3)."""
        k = np.arange(1, len(self.harmonics) + 1)
        beat = np.exp(1j * self.pulse.omega * time * k)
        return np.multiply.outer(self.mean + (beat @ self.harmonics).real, self.direction)


def inlet_motion(lumen: Lumen, blood: Blood, flow: Flow) -> InletMotion:
    """The velocity at the inlet of a pulse.

    The profile ``"developed"`` is Womersley's. With a law that is not Newtonian its harmonics see
    the viscosity of the steady profile at the mean flow: they are those of a long vessel for small
    oscillations without the change of viscosity over the beat.

    Raises
    ------
    CaseError
        If the inlet has no waveform.
    """
    rate = flow_rate_of(flow.inlet, lumen.inlet.area)
    pulse = pulse_of(flow.inlet, rate)
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    section, profile = section_of(lumen), flow.inlet.profile
    mean = _steady(section, profile, rate, law)
    coefficients = np.array(pulse.coefficients, dtype=complex)
    if profile in ("parabolic", "plug"):
        harmonics = np.multiply.outer(coefficients / rate, mean)
    else:
        slope = section.gradient(mean) / section.scale
        mu = np.asarray(law.at_squared(np.einsum("mqi,mqi->mq", slope, slope)))
        omegas = pulse.omega * np.arange(1.0, len(coefficients) + 1)
        harmonics = coefficients[:, None] * pulsed(section, mu, blood.density, omegas)
    return InletMotion(
        pulse=pulse,
        nodes=section.nodes,
        direction=section.direction,
        mean=mean,
        harmonics=harmonics,
    )
