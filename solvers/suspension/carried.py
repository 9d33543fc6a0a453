"""What the magnetic field does to the carriers of a suspension at the nodes of the lumen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Carrier, Case, Suspension
from magcap.errors import CaseError
from magcap.solvers import carriers
from magcap.solvers.results import FieldSample


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Carriers of one kind, the mean one for the force, the median one for the drift.

    Attributes
    ----------
    concentration : float
        In the blood that enters with carriers, in 1/m³.
    energy : ndarray, shape (n,)
        m ψ at the nodes in J: minus the energy of a carrier, 0 without field.
    force : ndarray, shape (n, 3)
        ∇(m ψ), on one carrier, in N.
    drift : ndarray, shape (n, 3)
        Of a carrier through the blood, in m/s: magnetic, and sinking where gravity acts.
    diffusivity : float
        In m²/s.
    """

    concentration: float
    energy: FloatArray
    force: FloatArray
    drift: FloatArray
    diffusivity: float


def carrier_of(case: Case) -> Carrier:
    """The carriers that the suspension of a case is made of.

    Raises
    ------
    CaseError
        If the case has no suspension, or none that says of which carriers.
    """
    name = None if case.suspension is None else case.suspension.carrier
    found = [one for one in case.carrier if name in (None, one.name)]
    if case.suspension is None or len(found) != 1:
        raise CaseError("`suspension.carrier` must name one of the carriers of the case.")
    return found[0]


def concentration_of(suspension: Suspension, carrier: Carrier) -> float:
    """Carriers per m³ of the blood that holds them."""
    if suspension.concentration is not None:
        return suspension.concentration
    return (suspension.iron or 0.0) / carriers.mean(carrier).iron


def carried(case: Case, sample: FieldSample, viscosity: float) -> Carried:
    """The suspension of a case in a field, where the blood has `viscosity` in Pa s.

    Raises
    ------
    CaseError
        If the case does not say of which carriers, or these lack a number of their law.
    """
    carrier, forces = carrier_of(case), case.capture.forces
    suspension = case.suspension or Suspension()
    middle = carriers.median_in(carrier, case.blood, viscosity)
    curve = carriers.curve_of(carrier, case.blood, path=f"carrier {carrier.name!r}")
    pulls = 1.0 if "magnetic" in forces else 0.0
    size = np.linalg.norm(sample.B, axis=1)
    per_moment = curve.per_field(size)[:, None] * sample.grad_half_B2
    moment = pulls * carriers.mean(carrier).moment
    drift = pulls * middle.moment * middle.mobility * per_moment
    if "gravity" in forces:
        drift = drift + middle.mobility * middle.buoyant_mass * np.array(case.capture.gravity)
    brownian = middle.diffusivity if "brownian" in forces else 0.0
    given = suspension.diffusivity
    return Carried(
        concentration=concentration_of(suspension, carrier),
        energy=moment * curve.potential(size),
        force=moment * per_moment,
        drift=drift,
        diffusivity=brownian if given is None else given,
    )
