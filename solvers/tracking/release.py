"""The release of one kind of carrier: where it starts, what moves it, and for how long.

From the tables of a case to arrays: the population is drawn, the forces that the case names are
kept, the carriers are seeded on the inlet with the blood that enters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Blood, Capture, Carrier
from magcap.errors import CaseError, SolverError
from magcap.geometry.mesh import Lumen
from magcap.solvers import carriers as populations
from magcap.solvers.results import FlowField

from .cell_geometry import largest_acceleration
from .formulas import SAFFMAN, SOFT, WALL
from .packed_lumen import PackedLumen, pack
from .places import draw
from .seeding import Seeds
from .tracer import Motion
from .wall_law import wall_law

#: Default duration in mean transit times (volume over flow rate). In Poiseuille flow who is
#: not pushed and starts nearer to the wall than 1/400 of the radius is not through by then: 0.5 %
#: of the area, 1e-5 of the flux.
TRANSITS = 100.0
#: Slip by inertia, as a share of the blood's speed, above which ``dynamics = "auto"`` follows
#: carriers with inertia.
INERTIAL_SLIP = 1e-3
#: The kernels' bit of each lift.
LIFT_BITS = {"saffman-lift": SAFFMAN, "wall-lift": WALL, "deformability-lift": SOFT}
#: The random numbers of every kind of carrier come from this stream of the case's seed.
STREAM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One ensemble before it is followed, and its control.

    Attributes
    ----------
    packed : PackedLumen
        The lumen with the flow and, where there is one, the magnetic force.
    seeds : Seeds
        Starting points.
    motion : Motion
        What moves the carriers.
    inertial_slip : float
        Largest slip by the blood's acceleration over the largest speed.
    """

    packed: PackedLumen
    seeds: Seeds
    motion: Motion
    inertial_slip: float = 0.0

    def without_magnet(self) -> Self:
        """The same carriers, seeds and random numbers without the magnetic force."""
        return replace(self, motion=replace(self.motion, moment=np.zeros_like(self.motion.moment)))


def release(
    lumen: Lumen, flow: FlowField, carrier: Carrier, capture: Capture, blood: Blood
) -> Release:
    """The release of one kind of carrier into a lumen without magnetic force.

    Raises
    ------
    CaseError
        If nothing ties the carriers to the blood, or they do not fit into the inlet.
    SolverError
        If the lumen mesh is broken, or the duration must come from a flow that does not enter.
    """
    if "drag" not in capture.forces:
        raise CaseError(
            '`capture.forces` must contain "drag": without it nothing ties carriers to the blood.'
        )
    fluid = populations.fluid_of(carrier, blood, flow.viscosity)
    packed = by_inlet(pack_flow(lumen, flow, fluid.viscosity), lumen, capture.inlet)
    rng = np.random.default_rng([capture.seed, STREAM])
    duration = duration_of(capture, packed, flow, lumen)
    population, seeded = draw(packed, carrier, rng, duration=duration, phase=phase_of(capture))
    if "magnetic" not in capture.forces:
        population = replace(population, moment=np.zeros_like(population.moment))
    model, contact = wall_law(capture.wall)
    motion = Motion(
        diameter=population.diameter,
        moment=population.moment,
        drag_diameter=population.drag_diameter,
        volume=population.volume,
        phase=seeded.phase,
        density=population.density,
        fluid_density=fluid.density,
        temperature=blood.temperature,
        gravity=np.array(capture.gravity) if "gravity" in capture.forces else np.zeros(3),
        wall="wall" in capture.forces,
        brownian="brownian" in capture.forces,
        inertial=capture.dynamics == "inertial",
        lift=sum(LIFT_BITS[one] for one in capture.lifts),
        softness=carrier.softness or 0.0,
        tolerance=capture.tolerance,
        duration=duration,
        seed=capture.seed,
        stream=2 * STREAM,
        wall_model=model,
        contact=contact,
    )
    buoyancy = motion.particles(packed.viscosity)[:, 9]
    slip = inertial_slip(buoyancy, *_fastest(lumen, flow))
    if capture.dynamics == "auto":
        motion = replace(motion, inertial=slip > INERTIAL_SLIP)
    return Release(packed=packed, seeds=seeded, motion=motion, inertial_slip=slip)


def inertial_slip(buoyancy: FloatArray, acceleration: float, speed: float) -> float:
    """Largest slip b (ρ_p − ρ_f) V Du/Dt of some carriers as a share of the blood's speed.

    By this share (in radians) their way turns off the blood's, for as long as it accelerates.

    Parameters
    ----------
    buoyancy : ndarray, shape (n,)
        b (ρ_p − ρ_f) V in s, of either sign (`motion.Particle`).
    acceleration, speed : float
        Of the blood, in m/s² and m/s.
    """
    slip = float(np.abs(buoyancy).max(initial=0.0)) * acceleration
    return slip / speed if speed > 0.0 else 0.0


def _fastest(lumen: Lumen, flow: FlowField) -> tuple[float, float]:
    """Largest acceleration (m/s²) and speed (m/s) of the blood at any time."""
    if flow.snapshots is None:
        return largest_acceleration(lumen, flow.velocity), flow.max_speed
    speed = max(float(np.linalg.norm(u, axis=1).max()) for u in flow.snapshots)
    return largest_acceleration(lumen, flow.snapshots, flow.period), speed


def phase_of(capture: Capture) -> float | None:
    """When carriers are released in s after the beginning of a period; None: over the cycle."""
    return None if capture.release == "cycle" else capture.release.phase


def pack_flow(lumen: Lumen, flow: FlowField, viscosity: FloatArray | None = None) -> PackedLumen:
    """The lumen with its flow, divergence-free where that was made, and without any force.

    `viscosity` in Pa s at the nodes is that of the carriers' fluid, by default the blood's.
    """
    return pack(
        lumen,
        flow.velocity if flow.reference_velocity is None else flow.reference_velocity,
        np.zeros_like(lumen.mesh.points),
        flow.viscosity if viscosity is None else viscosity,
        period=flow.period,
        wall_shear=np.linalg.norm(flow.wall_traction, axis=1),
    )


def by_inlet(packed: PackedLumen, lumen: Lumen, inlet: str | None) -> PackedLumen:
    """The packed lumen with carriers that come in by the named inlet only; None: by all.

    Raises
    ------
    CaseError
        If it is no inlet of the lumen.
    """
    if inlet is None:
        return packed
    names = [one.name for one in lumen.openings]
    known = [one.name for one in lumen.inlets]
    if inlet not in known:
        listed = ", ".join(f'"{name}"' for name in known)
        raise CaseError(
            f'`capture.inlet` must be an inlet of the vessel ({listed}), got "{inlet}".'
        )
    return replace(packed, inlets=(names.index(inlet),))


def duration_of(capture: Capture, packed: PackedLumen, flow: FlowField, lumen: Lumen) -> float:
    """How long carriers are followed in s: as asked for, or `TRANSITS` mean transit times."""
    return capture.duration or TRANSITS * packed.volume / _inflow(flow, lumen)


def _inflow(flow: FlowField, lumen: Lumen) -> float:
    """Volume flow rate into the lumen through all inlets in m³/s."""
    rate = float(flow.inflow(lumen))
    if not rate > 0:
        raise SolverError(
            "No blood enters through the inlet, so the transit time is unknown; "
            "give `capture.duration`."
        )
    return rate
