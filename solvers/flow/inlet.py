"""Velocity at the inlets of any shape, with exactly the flow that was asked for.

`section.py` has the profiles: that of the law itself, Womersley's, the Newtonian parabola (of the
opening's own shape) and the plug. They are scaled so that the flux integral ∫u·n dS over the
curved facets, which is exact for P2, equals the flow rate at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from magcap.arrays import BoolArray, FloatArray, IntArray
from magcap.case import Blood, Flow, Inlet
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen
from magcap.library import pulses_of
from magcap.solvers.laws import Viscosity, ViscosityLaw, viscosity_of
from magcap.tables import PeriodicFlow, total_flow

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


def flow_rates_of(lumen: Lumen, flow: Flow) -> tuple[float, ...]:
    """Flow rate in m³/s into each inlet of the lumen.

    Raises
    ------
    CaseError
        As `flow_rate_of`, or if the lumen has other inlets than the case.
    """
    if len(flow.inlets) != len(lumen.inlets):
        named = ", ".join(f'"{one.name}"' for one in lumen.inlets)
        raise CaseError(
            f"`flow.inlet` must have a table for each inlet of the vessel ({named}), got "
            f"{len(flow.inlets)}."
        )
    return tuple(
        flow_rate_of(one, end.area) for one, end in zip(flow.inlets, lumen.inlets, strict=True)
    )


def inlet_velocity(
    lumen: Lumen,
    *,
    profile: str,
    flow_rate: float,
    law: ViscosityLaw = _ONE,
    inlet: str | None = None,
) -> tuple[IntArray, FloatArray]:
    """Steady velocity at the nodes of an inlet, 0 on the rim.

    Parameters
    ----------
    lumen : Lumen
    profile : str
        ``"developed"``, ``"parabolic"`` or ``"plug"``.
    flow_rate : float
        In m³/s.
    law : ViscosityLaw
        For ``"developed"``.
    inlet : str, optional
        Its name; default: the widest.

    Returns
    -------
    nodes : ndarray of int, shape (k,)
        Rows of `lumen.mesh.points`.
    velocity : ndarray, shape (k, 3)
        In m/s; its flux into the lumen is `flow_rate` to rounding.
    """
    section = section_of(lumen, inlet)
    w = _steady(section, profile, flow_rate, law)
    return section.nodes, w[:, None] * section.direction


def inlet_velocities(lumen: Lumen, flow: Flow, law: ViscosityLaw) -> tuple[IntArray, FloatArray]:
    """Steady velocity at the nodes of all inlets, as of `inlet_velocity`; nodes ascending."""
    parts = [
        inlet_velocity(lumen, profile=one.profile, flow_rate=rate, law=law, inlet=end.name)
        for one, end, rate in zip(
            flow.inlets, lumen.inlets, flow_rates_of(lumen, flow), strict=True
        )
    ]
    nodes = np.concatenate([part[0] for part in parts])
    velocity = np.concatenate([part[1] for part in parts])
    order = _ascending(nodes, velocity.any(axis=1))
    return nodes[order], velocity[order]


def _ascending(nodes: IntArray, moving: BoolArray) -> IntArray:
    """The order of the nodes of several inlets.

    Raises
    ------
    CaseError
        If two inlets share a node at which blood enters.
    """
    order = np.argsort(nodes, kind="stable")
    twice = nodes[order[1:]] == nodes[order[:-1]]
    if (twice & moving[order[1:]]).any():
        raise CaseError(
            "`flow.inlet`: two inlets touch without a wall between them, and where they touch "
            "both give the velocity. Give each a channel of its own, or make them one inlet."
        )
    return np.asarray(order)


def _steady(section: Section, profile: str, flow_rate: float, law: ViscosityLaw) -> FloatArray:
    if profile == "plug":
        w = section.plug()
        return np.asarray(w * (flow_rate / (section.flux @ w)))
    return developed(section, _ONE if profile == "parabolic" else law, flow_rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class InletMotion:
    """The velocity at the inlets over a period.

    Attributes
    ----------
    pulse : PeriodicFlow
        The flow rate through all of them.
    nodes : ndarray of int, shape (k,)
        Rows of the lumen mesh's points, ascending.
    direction : ndarray, shape (k, 3)
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
        return (self.mean + (beat @ self.harmonics).real)[:, None] * self.direction


def inlet_motion(lumen: Lumen, blood: Blood, flow: Flow) -> InletMotion:
    """The velocity at the inlets of a pulse; an inlet without a waveform is steady.

    The profile ``"developed"`` is Womersley's. With a law that is not Newtonian its harmonics see
    the viscosity of the steady profile at the mean flow: they are those of a long vessel for small
    oscillations without the change of viscosity over the beat.

    Raises
    ------
    CaseError
        If no inlet has a waveform.
    """
    rates = flow_rates_of(lumen, flow)
    pulses = pulses_of(flow.inlets, rates)
    motions = [
        _one_motion(lumen, blood, one.profile, pulse, end.name)
        for one, end, pulse in zip(flow.inlets, lumen.inlets, pulses, strict=True)
    ]
    return _together(motions)


def _one_motion(
    lumen: Lumen, blood: Blood, profile: str, pulse: PeriodicFlow, inlet: str
) -> InletMotion:
    """The velocity at one inlet."""
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    section = section_of(lumen, inlet)
    mean = _steady(section, profile, pulse.mean, law)
    coefficients = np.array(pulse.coefficients, dtype=complex)
    if profile in ("parabolic", "plug"):
        harmonics = np.multiply.outer(coefficients / pulse.mean, mean)
    else:
        slope = section.gradient(mean) / section.scale
        mu = np.asarray(law.at_squared(np.einsum("mqi,mqi->mq", slope, slope)))
        omegas = pulse.omega * np.arange(1.0, len(coefficients) + 1)
        harmonics = coefficients[:, None] * pulsed(section, mu, blood.density, omegas)
    return InletMotion(
        pulse=pulse,
        nodes=section.nodes,
        direction=np.tile(section.direction, (len(mean), 1)),
        mean=mean,
        harmonics=harmonics,
    )


def _together(motions: Sequence[InletMotion]) -> InletMotion:
    """Several inlets as one."""
    nodes = np.concatenate([one.nodes for one in motions])
    mean = np.concatenate([one.mean for one in motions])
    order = _ascending(nodes, mean != 0.0)
    pulse = total_flow([one.pulse for one in motions])
    count = len(pulse.coefficients)
    harmonics = [
        np.pad(one.harmonics, ((0, count - len(one.harmonics)), (0, 0))) for one in motions
    ]
    return InletMotion(
        pulse=pulse,
        nodes=nodes[order],
        direction=np.concatenate([one.direction for one in motions])[order],
        mean=mean[order],
        harmonics=np.concatenate(harmonics, axis=1)[:, order],
    )
