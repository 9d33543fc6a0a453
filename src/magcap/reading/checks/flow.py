"""The blood, and the boundary conditions of its flow: one way of inflow, outlets that there are."""

from __future__ import annotations

import math
from collections.abc import Sequence

from magcap.case import Blood, Capture, Flow, Inlet
from magcap.geometry.lumen import Outline, inlet_faults, with_inlets
from magcap.library import pulse_of
from magcap.reading import choices, shown
from magcap.solvers import laws

#: Error of a quasi-steady flow that is none any more.
TOO_SLOW = 0.1
_OUTLET_WAYS = ("pressure", "resistance", "windkessel", "flow_fraction")
#: Which law each key of the blood belongs to, where not to all.
_LAWS = {
    "yield_stress": ("casson",),
    "casson_viscosity": ("casson",),
    "consistency": ("power-law",),
    "flow_index": ("power-law",),
    "intrinsic_viscosity_at_rest": ("quemada",),
    "intrinsic_viscosity_in_flow": ("quemada",),
    "critical_shear_rate": ("quemada",),
    "minimum_viscosity": ("power-law",),
    "maximum_viscosity": ("power-law", "casson"),
}
#: Keys of a law that stand for its published numbers, and the hematocrits of these.
_PUBLISHED = {
    "casson": (("yield_stress", "casson_viscosity"), laws.CASSON_RANGE),
    "power-law": (("consistency", "flow_index"), laws.POWER_LAW_RANGE),
    "quemada": (
        ("intrinsic_viscosity_at_rest", "intrinsic_viscosity_in_flow", "critical_shear_rate"),
        laws.QUEMADA_RANGE,
    ),
}


def flow_faults(flow: Flow | None, shape: Outline | None) -> list[str]:
    """Faults of inlet and outlets."""
    if flow is None:
        return []
    faults = [fault for path, one in inlet_tables(flow) for fault in _inlet(flow, one, path)]
    if not flow.inlets:
        return ["`flow.inlet` must have at least one table, got none."]
    if flow.regime == "pulsatile" and all(one.waveform is None for one in flow.inlets):
        faults.append(
            '`flow.regime` = "pulsatile" needs `flow.inlet.waveform`, a CSV file of time and flow '
            'rate or a name of the library such as "carotid".'
        )
    return faults + _outlets(flow, shape) + _method(flow, shape)


def _method(flow: Flow, shape: Outline | None) -> list[str]:
    """The way of a pulse, which a steady flow has not, and quasi-steady flow where it is none."""
    if flow.method == "auto":
        return []
    if flow.regime == "steady":
        return [
            f"`flow.method` = {shown(flow.method)} is the way of a pulse; with `flow.regime` = "
            '"steady" leave it out.'
        ]
    if flow.method == "transient" or shape is None:
        return []
    if len(flow.inlets) > 1:
        return [
            '`flow.method` = "quasi-steady" takes one inlet, got '
            f'{len(flow.inlets)}: write "transient" or leave it out.'
        ]
    shares = {one.name for one in flow.outlet if one.flow_fraction is not None}
    free = [opening.name for opening in shape.outlets if opening.name not in shares]
    if len(free) < 2 or not any(outlet.windkessel is not None for outlet in flow.outlet):
        return []
    return [
        '`flow.method` = "quasi-steady" takes a windkessel only where it is known how much flows '
        f"into it; here {choices(free)} share the flow by their loads: write "
        '"transient", or give flow fractions.'
    ]


def entered(shape: Outline | None, flow: Flow | None) -> tuple[Outline | None, list[str]]:
    """The vessel with the inlets that the case names, or what is wrong with their names."""
    if shape is None or flow is None or not flow.inlets:
        return shape, []
    faults = inlet_faults(shape.openings, [one.name for one in flow.inlets])
    return (shape, faults) if faults else (with_inlets(shape, flow.inlet_names), [])


def inlet_tables(flow: Flow) -> list[tuple[str, Inlet]]:
    """Every table of an inlet with its path in the case."""
    if isinstance(flow.inlet, Inlet):
        return [("flow.inlet", flow.inlet)]
    return [(f"flow.inlet[{i}]", one) for i, one in enumerate(flow.inlet, start=1)]


def _inlet(flow: Flow, inlet: Inlet, path: str) -> list[str]:
    faults = []
    ways = ("mean_velocity", "flow_rate", "waveform")
    given = [way for way in ways if getattr(inlet, way) is not None]
    if not given or given[:2] == ["mean_velocity", "flow_rate"]:
        got = " and ".join(given) if given else "none"
        faults.append(
            f"`{path}` must have exactly one of {', '.join(ways)} (beside a waveform one of "
            f"the others may give its mean), got {got}."
        )
    if inlet.waveform is None and inlet.scale != 1.0:
        faults.append(
            f"`{path}.scale` is a factor on a waveform, got {inlet.scale:g} without one; "
            "give the mean_velocity or flow_rate that is meant."
        )
    if flow.regime == "steady" and inlet.profile == "womersley":
        faults.append(
            f'`{path}.profile` = "womersley" is that of a pulse; with `flow.regime` = "steady" '
            'write "developed", "parabolic" or "plug".'
        )
    return faults


def _outlets(flow: Flow, shape: Outline | None) -> list[str]:
    faults = []
    known = None if shape is None else [opening.name for opening in shape.outlets]
    seen: set[str] = set()
    for i, outlet in enumerate(flow.outlet, start=1):
        path = f"flow.outlet[{i}]"
        if outlet.name in seen:
            faults.append(f"`{path}.name` {shown(outlet.name)} is given twice.")
        elif known is not None and outlet.name not in known:
            faults.append(
                f"`{path}.name` must be an outlet of the vessel ({choices(known)}), "
                f"got {shown(outlet.name)}."
            )
        seen.add(outlet.name)
        given = [way for way in _OUTLET_WAYS if getattr(outlet, way) is not None]
        if len(given) != 1:
            got = " and ".join(given) if given else "none"
            faults.append(f"`{path}` must have one of {', '.join(_OUTLET_WAYS)}, got {got}.")
    return faults + _fractions(flow, known)


def _fractions(flow: Flow, known: Sequence[str] | None) -> list[str]:
    fractions = [o.flow_fraction for o in flow.outlet if isinstance(o.flow_fraction, float)]
    total = math.fsum(fractions)
    everywhere = known is not None and len(fractions) == len(known)
    if everywhere and abs(total - 1.0) > 1e-6:
        return [
            "`flow.outlet` must have flow fractions that add up to 1 when every outlet has one, "
            f"got {total:.6g}."
        ]
    if total > 1.0 + 1e-6:
        return [f"`flow.outlet` must have flow fractions that add up to 1 at most, got {total:g}."]
    return []


def blood_faults(blood: Blood | None) -> list[str]:
    if blood is None:
        return []
    faults = []
    if blood.hematocrit >= 1.0:
        faults.append(
            f"`blood.hematocrit` must be a fraction below 1, got {blood.hematocrit:g}; "
            'write "45 %" or 0.45.'
        )
    if not 250.0 < blood.temperature < 350.0:
        faults.append(
            '`blood.temperature` must be that of a liquid such as "37 degC", '
            f"got {blood.temperature - 273.15:.4g} degC."
        )
    if not 0.5e-3 <= blood.plasma_viscosity <= 0.1:
        faults.append(
            "`blood.plasma_viscosity` must lie between 0.5 and 100 mPa*s, "
            f"got {1e3 * blood.plasma_viscosity:g} mPa*s."
        )
    thin = blood.infinite_shear_viscosity > blood.zero_shear_viscosity
    if blood.model == "carreau-yasuda" and thin:
        faults.append(
            "`blood.infinite_shear_viscosity` must be at most `blood.zero_shear_viscosity`, got "
            f"{blood.infinite_shear_viscosity:g} and {blood.zero_shear_viscosity:g} Pa*s."
        )
    return faults + _law(blood)


def _law(blood: Blood) -> list[str]:
    """Numbers of the law: those of another, a hematocrit beyond the published, bounds."""
    faults = [
        f"`blood.{key}` belongs to blood.model = {choices(models)}, "
        f"got {shown(blood.model)}: leave it out."
        for key, models in _LAWS.items()
        if getattr(blood, key) is not None and blood.model not in models
    ]
    keys, (low, high) = _PUBLISHED.get(blood.model, ((), (0.0, 1.0)))
    missing = [key for key in keys if getattr(blood, key) is None]
    if missing and not low <= blood.hematocrit <= high and blood.hematocrit < 1.0:
        faults.append(
            f"`blood.hematocrit` must lie between {low:g} and {high:g} for the published numbers "
            f"of {shown(blood.model)}, got {blood.hematocrit:g}; give {' and '.join(missing)}."
        )
    if faults:
        return faults
    law = laws.viscosity_of(blood)
    if isinstance(law, laws.Quemada):
        if 0.5 * max(law.at_rest, law.in_flow) * law.hematocrit >= 0.99:
            faults.append(
                "`blood.intrinsic_viscosity_at_rest` must be below "
                f"{1.98 / law.hematocrit:.4g} (1.98 over the hematocrit) and that in flow too, got "
                f"{law.at_rest:.4g} and {law.in_flow:.4g}: the blood would be solid."
            )
    elif isinstance(law, laws.PowerLaw) and law.least >= law.most:
        faults.append(
            "`blood.minimum_viscosity` must be below `blood.maximum_viscosity`, got "
            f"{law.least:g} and {law.most:g} Pa*s."
        )
    elif isinstance(law, laws.Casson) and law.mu_0 < 2 * law.mu_inf:
        faults.append(
            "`blood.maximum_viscosity` must be more than twice the viscosity in fast flow, got "
            f"{blood.maximum_viscosity or law.mu_0:g} and {law.mu_inf:g} Pa*s."
        )
    return faults


def release_faults(capture: Capture | None, flow: Flow | None) -> list[str]:
    """Carriers come in by an inlet; a release at a phase needs a flow that pulses."""
    if capture is None or flow is None:
        return []
    faults = []
    names = flow.inlet_names or ("inlet",)
    if capture.inlet is not None and capture.inlet not in names:
        faults.append(
            f"`capture.inlet` must be an inlet of the flow ({choices(names)}), "
            f"got {shown(capture.inlet)}."
        )
    if capture.release != "cycle" and flow.regime != "pulsatile":
        faults.append(
            '`capture.release` with a phase needs `flow.regime` = "pulsatile", got "steady"; '
            "leave it out."
        )
    return faults


def late_release(capture: Capture | None, period: float) -> list[str]:
    """A release at a phase is at one of the first period (s) of the waveform."""
    if capture is None or capture.release == "cycle" or capture.release.phase < period:
        return []
    return [
        f"`capture.release.phase` must be below the waveform's period of {period:g} s, "
        f"got {capture.release.phase:g} s."
    ]


def lag_faults(flow: Flow | None, blood: Blood | None, shape: Outline | None) -> list[str]:
    """A quasi-steady way where the blood is too slow for it; the waveform's mean is resolved."""
    if flow is None or flow.method != "quasi-steady" or blood is None or shape is None:
        return []
    if len(flow.inlets) != 1 or flow.inlets[0].waveform is None:
        return []
    inlet, radius = flow.inlets[0], shape.inlet.radius
    speed = inlet.mean_velocity or (inlet.flow_rate or 0.0) / shape.inlet.area
    beat = pulse_of(inlet, speed)
    law = laws.viscosity_of(blood, 2 * radius)
    viscosity = float(law.at_squared((4 * speed / radius) ** 2))
    alpha = laws.womersley_number(radius, beat.omega, density=blood.density, viscosity=viscosity)
    error = laws.quasi_steady_error(beat.coefficients, beat.mean, alpha)
    if error <= TOO_SLOW:
        return []
    return [
        '`flow.method` = "quasi-steady" must be off by less than '
        f"{100 * TOO_SLOW:g} %, got about {100 * error:.2g} % (Womersley number {alpha:.3g}, "
        f'{len(beat.coefficients)} harmonics): write "transient" or leave it out.'
    ]
