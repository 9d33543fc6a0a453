"""What holds at the outlets of a lumen: a pressure, a load of resistances and a store, or a share.

    P = P_d + R_p Q + P_c,   C dP_c/dt = Q − P_c/R_d

with the mean pressure P and the flow Q out of an outlet: three-element Windkessel (Westerhof,
Lankhaar, Westerhof, Med. Biol. Eng. Comput. 47 (2009) 131). A pressure is R_p = R_d = 0, a
resistance R_d = 0; in steady flow P = P_d + (R_p + R_d) Q.

By Murray's law the flow is divided as the cubes of the radii (Proc. Natl. Acad. Sci. 12 (1926)
207).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from magcap.case import Flow
from magcap.errors import CaseError
from magcap.geometry.mesh import Lumen, Opening


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLaw:
    """The condition at one outlet.

    Attributes
    ----------
    name : str
    back : float
        P_d in Pa.
    proximal, distal : float
        R_p and R_d in Pa s/m³.
    compliance : float
        C in m³/Pa; 0 without a store.
    share : float or None
        Of the inflow, where the flow is given instead of the pressure.
    """

    name: str
    back: float = 0.0
    proximal: float = 0.0
    distal: float = 0.0
    compliance: float = 0.0
    share: float | None = None

    @property
    def resistance(self) -> float:
        """R_p + R_d in Pa s/m³: what steady flow sees."""
        return self.proximal + self.distal


def outlet_laws(lumen: Lumen, flow: Flow) -> tuple[OutletLaw, ...]:
    """The condition at every outlet; what is not said is 0 Pa.

    Where every outlet has a share they must add up to 1, and the last one is left to the mass
    balance with 0 Pa, which gives it its share exactly.

    Raises
    ------
    CaseError
        All faults at once.
    """
    given, faults = _given(lumen.outlets, flow)
    shares = _shares(lumen.outlets, given)
    total = sum(shares.values())
    everywhere = len(shares) == len(lumen.outlets)
    if everywhere and abs(total - 1.0) > 1e-6:
        faults.append(
            f"`flow.outlet`: the flow fractions of all outlets must add up to 1, got {total:.6g}."
        )
    elif total > 1.0 + 1e-6:
        faults.append(f"`flow.outlet`: the flow fractions must not exceed 1, got {total:.6g}.")
    if faults:
        raise CaseError(faults)
    if everywhere:
        del shares[list(shares)[-1]]
    return tuple(
        OutletLaw(name=opening.name, share=shares[opening.name])
        if opening.name in shares
        else _load(opening.name, given.get(opening.name))
        for opening in lumen.outlets
    )


def level_of(laws: Sequence[OutletLaw], flow_rate: float) -> float:
    """About the pressure at the outlets in Pa, where `flow_rate` m³/s leave through them.

    Pressures count by their differences: solved about their level, they keep their digits.

    >>> laws = [OutletLaw(name=name, proximal=2e8) for name in "ab"]
    >>> level_of(laws, 1e-6)
    100.0
    """
    loads = [law for law in laws if law.share is None]
    stiff = [law.back for law in loads if law.resistance == 0.0]
    if stiff:
        return sum(stiff) / len(stiff)
    taken = sum(law.share or 0.0 for law in laws)
    conductance = sum(1.0 / law.resistance for law in loads)
    driven = sum(law.back / law.resistance for law in loads)
    return ((1.0 - taken) * flow_rate + driven) / conductance


def _given(outlets: Sequence[Opening], flow: Flow) -> tuple[dict[str, Any], list[str]]:
    """The tables of the case by the name of the outlet, and what is wrong with them."""
    names = [opening.name for opening in outlets]
    given: dict[str, Any] = {}
    faults = []
    for number, outlet in enumerate(flow.outlet, start=1):
        path = f"flow.outlet[{number}]"
        ways = ("pressure", "resistance", "windkessel", "flow_fraction")
        said = [way for way in ways if getattr(outlet, way) is not None]
        if outlet.name not in names:
            known = ", ".join(f'"{name}"' for name in names)
            faults.append(f'`{path}.name` must be one of {known}, got "{outlet.name}".')
        elif outlet.name in given:
            faults.append(f'`{path}.name`: the outlet "{outlet.name}" is given twice.')
        elif len(said) > 1:
            faults.append(f"`{path}` must give one of {', '.join(ways)}, got {' and '.join(said)}.")
        given.setdefault(outlet.name, outlet)
    return given, faults


def _shares(outlets: Sequence[Opening], given: dict[str, Any]) -> dict[str, float]:
    """Shares of the inflow by outlet: numbers as they are, the rest by the cubes of the radii."""
    wanted = {
        opening: given[opening.name].flow_fraction
        for opening in outlets
        if opening.name in given and given[opening.name].flow_fraction is not None
    }
    numbers = {opening.name: float(share) for opening, share in wanted.items() if share != "murray"}
    rest = 1.0 - sum(numbers.values())
    cubes = sum(o.radius**3 for o in outlets if o.name not in numbers)
    murray = {
        opening.name: rest * opening.radius**3 / cubes
        for opening, share in wanted.items()
        if share == "murray"
    }
    both = {**numbers, **murray}
    return {opening.name: both[opening.name] for opening in wanted}


def _load(name: str, outlet: Any) -> OutletLaw:
    """The law of an outlet whose flow is not given."""
    if outlet is None:
        return OutletLaw(name=name)
    if outlet.windkessel is not None:
        load = outlet.windkessel
        return OutletLaw(
            name=name,
            back=load.distal_pressure,
            proximal=load.proximal,
            distal=load.distal,
            compliance=load.compliance,
        )
    if outlet.resistance is not None:
        return OutletLaw(name=name, proximal=outlet.resistance)
    return OutletLaw(name=name, back=outlet.pressure or 0.0)
