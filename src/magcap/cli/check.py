"""``magcap check``: the derived numbers of a case as text, with what to look at twice."""

from __future__ import annotations

import math
from pathlib import Path

from magcap.case import Case, SurfaceVessel, Tree
from magcap.geometry.lumen import Outline
from magcap.geometry.scene import scene_of
from magcap.postprocess.numbers import coil_notes, coil_rows, coils_of
from magcap.reading import load_with_outline
from magcap.reading.checks import overfull, placement_notes
from magcap.solvers.carriers import carrier_notes, field_notes, median, vessel_notes

from .estimate import CarrierNumbers, Estimate, estimate
from .flow_numbers import FlowNumbers
from .pulse_effort import PulseEffort

#: Blood in a vessel is slower, in m/s, but behind a tight stenosis.
FAST = 5.0
#: Flow in a straight tube may turn turbulent beyond this Reynolds number.
TURBULENT = 2000.0

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"))
_SMALL = ((1e-12, "p"), (1e-15, "f"), (1e-18, "a"))


def engineering(value: float, unit: str) -> str:
    """Three digits with an SI prefix.

    >>> engineering(2.04e-4, "m/s"), engineering(0.0, "m")
    ('204 µm/s', '0 m')
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g} {unit}"
    for scale, prefix in _PREFIXES + _SMALL:
        if abs(value) >= 0.9995 * scale:
            return f"{value / scale:.3g} {prefix}{unit}"
    return f"{value:.2e} {unit}"


def print_check(path: Path) -> None:
    """Read the case file `path`, check it and print its derived numbers.

    Raises
    ------
    CaseError
        With all faults of the case.
    """
    case, shape = load_with_outline(path)
    for line in check_lines(case, estimate(case, shape), str(path)):
        print(line)


def check_lines(case: Case, numbers: Estimate, name: str) -> list[str]:
    """The derived numbers of `case` as lines of text."""
    lines = [f"{name}: {case.title}", ""]
    lines += _vessel(case, numbers) + _flow(numbers) + _magnets(case, numbers)
    coils = coils_of(case)
    for coil in coils:
        lines += [f'Coil "{coil.name}"', *(_row(*row) for row in coil_rows(coil))]
    for carrier in numbers.carriers:
        lines += _carrier(carrier)
    lines += _suspension(case, numbers)
    lines += _effort(case, numbers)
    notes = vessel_warnings(case, numbers.shape) + warnings(case, numbers.flow)
    notes += [note for coil in coils for note in coil_notes(coil)]
    for one in case.carrier:
        notes += carrier_notes(one, numbers.shape.narrowest)
        notes += field_notes(one, case.blood, numbers.max_B)
    if notes:
        lines += ["", "To look at:"] + [f"  - {note}" for note in notes]
    return [*lines, "", f"The case is valid; `magcap run {name}` solves it."]


def _row(label: str, text: str) -> str:
    return f"  {label:<26}{text}"


def _mm(point: tuple[float, float, float]) -> str:
    return "(" + ", ".join(f"{1e3 * x:.2f}" for x in point) + ") mm"


def _vessel(case: Case, numbers: Estimate) -> list[str]:
    shape = numbers.shape
    lines = [
        f"Vessel ({case.vessel.shape})",
        _row("length", engineering(shape.length, "m")),
        _row("lumen", f"{1e9 * shape.volume:.4g} mm³, wall {1e6 * shape.area:.4g} mm²"),
    ]
    for opening in shape.openings:
        normal = ", ".join(f"{x:.2f}" for x in opening.normal)
        lines.append(
            _row(
                opening.name,
                f"centre {_mm(opening.center)}, radius {1e3 * opening.radius:.3f} mm, "
                f"normal ({normal})",
            )
        )
    if isinstance(case.vessel, SurfaceVessel | Tree) and not case.vessel.cap:
        lines.append("  name the ends with [[vessel.cap]] tables: name, near = its centre")
    return lines


def _flow(numbers: Estimate) -> list[str]:
    flow = numbers.flow
    reynolds = f"{flow.reynolds:.4g}"
    if flow.throat_reynolds > 1.01 * flow.reynolds:
        reynolds += f" (narrowest: {flow.throat_reynolds:.4g})"
    lines = [
        "Flow",
        _row("flow rate", f"{1e6 * flow.flow_rate:.4g} ml/s"),
        _row("mean velocity", engineering(flow.mean_velocity, "m/s")),
        _row("Reynolds number", reynolds),
        _row(
            "wall shear",
            f"{flow.wall_shear_rate:.4g} /s, {flow.wall_shear_stress:.3g} Pa (developed, inlet)",
        ),
        _row("transit time", engineering(flow.transit_time, "s")),
    ]
    if len(flow.inlets) > 1:
        lines += [
            _row(
                f"by {one.name}",
                f"{1e6 * one.flow_rate:.4g} ml/s, {engineering(one.mean_velocity, 'm/s')}",
            )
            for one in flow.inlets
        ]
    if flow.pulse is not None:
        peak = max(abs(flow.least), flow.most)
        lines += [
            _row("waveform", f"period {engineering(flow.pulse.period, 's')}, {_rates(flow)}"),
            _row("peak Reynolds number", f"{flow.reynolds * peak / flow.flow_rate:.4g}"),
            _row("Womersley number", f"{flow.womersley:.3g}, {_quasi_steady(flow)}"),
        ]
    return lines


def _quasi_steady(flow: FlowNumbers) -> str:
    """How far quasi-steady flow would be off in a tube."""
    return f"quasi-steady flow is about {100 * flow.quasi_steady_error:.2g} % off"


def _rates(flow: FlowNumbers) -> str:
    return f"{1e6 * flow.least:.4g} to {1e6 * flow.most:.4g} ml/s"


def _magnets(case: Case, numbers: Estimate) -> list[str]:
    lines = ["Magnetic field at the vessel's wall (rigid magnets and coils in vacuum, exact)"]
    if case.iron:
        lines.append("  without what the iron adds or takes away: only a run solves for that")
    if case.magnet:
        lines.append(_row("gap magnet to lumen", engineering(numbers.gap, "m")))
    lines += [
        _row("largest |B|", engineering(numbers.max_B, "T")),
        _row("largest |½∇|B|²|", f"{numbers.max_force_density:.4g} T²/m"),
    ]
    if case.magnet or case.iron or case.coil:
        loads = (
            "by `magcap run` and `magcap field`"
            if case.magnetics.loads
            else ("by `magcap field`; by `magcap run` with magnetics.loads = true")
        )
        lines.append(_row("forces on the bodies", loads))
    return lines


def _carrier(carrier: CarrierNumbers) -> list[str]:
    t = carrier.transport
    return [
        f'Carrier "{carrier.name}"',
        _row("saturation moment", f"{carrier.moment:.3g} A m²"),
        _row("force, drift at most", f"{_force(carrier.force)}, {engineering(t.drift, 'm/s')}"),
        _row("sinking", engineering(carrier.sinking, "m/s")),
        _row("moves in", _fluid(carrier)),
        _row("Péclet number", f"{t.peclet:.3g}"),
        _row("magnetic number Ψ", f"{t.richardson:.3g} (drift over blood speed)"),
        _row("ΨPe", f"{t.magnetic_peclet:.3g}"),
        _row("drift number Λ", f"{t.drift_number:.3g} (4/3: all are captured in uniform drift)"),
        _row("regime", t.name),
        f"  {t.sentence}",
    ]


def _suspension(case: Case, numbers: Estimate) -> list[str]:
    """The suspension, and whether its magnetic force may move the blood."""
    head, table = numbers.head, case.suspension
    if head is None or table is None:
        return []
    matters = f"{head.number:.3g}: the velocity changes by up to about {100 * head.number:.2g} % of"
    if head.number > 1.0:
        matters = f"{head.number:.3g}: where it is uneven, the suspension makes its own flow beside"
    return [
        f"Suspension ({table.coupling})",
        _row("magnetic pressure", engineering(head.pressure, "Pa")),
        _row("coupling number N", f"{matters} the mean one"),
    ]


def _fluid(carrier: CarrierNumbers) -> str:
    name = "a fluid of its own" if carrier.fluid.name == "own" else carrier.fluid.name
    return f"{name}, {1e3 * float(carrier.fluid.viscosity[0]):.3g} mPa s"


def _force(force: float) -> str:
    return engineering(force, "N")


def _effort(case: Case, numbers: Estimate) -> list[str]:
    effort = numbers.effort
    return [
        f"Effort (about; mesh {case.mesh.resolution})",
        _row("lumen mesh", f"{effort.lumen_cells:,} cells, {effort.flow_dofs:,} unknowns"),
        _row("field mesh", f"{effort.field_cells:,} cells, {effort.field_dofs:,} unknowns"),
        *(
            []
            if effort.pulse is None
            else [
                _row("heart beat", _beat(effort.pulse)),
            ]
        ),
        _row("memory", f"{effort.memory / 1e9:.1f} GB"),
        _row("time", f"{effort.seconds:.0f} s without pictures"),
    ]


def _beat(pulse: PulseEffort) -> str:
    """How the heart beat is followed, and how long that takes."""
    if pulse.quasi_steady:
        return f"{pulse.steps} steady flows, twice each, {pulse.seconds:.0f} s"
    return f"{pulse.cycles} cycles of about {pulse.steps} steps, {pulse.seconds:.0f} s"


def vessel_warnings(case: Case, shape: Outline) -> list[str]:
    """What to look at twice in the vessel's surface, and bodies that touch it."""
    return [*shape.notes, *placement_notes(scene_of(case), shape.wall)]


def warnings(case: Case, flow: FlowNumbers) -> list[str]:
    """What is allowed but doubtful, one sentence each."""
    notes = []
    if max(flow.reynolds, flow.throat_reynolds) > TURBULENT:
        notes.append(
            f"The Reynolds number is above {TURBULENT:g}: the flow may be turbulent, and the "
            "steady laminar model does not hold."
        )
    fastest = flow.mean_velocity * max(abs(flow.least), flow.most) / flow.flow_rate
    if fastest > FAST:
        notes.append(
            f"The mean speed at the inlet reaches {fastest:.3g} m/s, and blood stays below "
            f"{FAST:g} m/s nearly everywhere: are the unit of the flow and the radius right?"
        )
    background = case.background
    sources = case.magnet or case.coil or case.field_map
    if not sources and (background is None or background.gradient is None):
        notes.append("There is neither a magnet nor a field gradient: nothing pulls the carriers.")
    notes += [
        f'Carrier "{carrier.name}" has no iron: nothing pulls it.'
        for carrier in case.carrier
        if median(carrier).moment[0] == 0.0
    ]
    notes += vessel_notes(case.blood, flow.diameter)
    notes += [note for carrier in case.carrier if (note := overfull(carrier)) is not None]
    if flow.pulse is not None and case.flow.regime == "steady":
        notes.append('The waveform counts with its mean, as `flow.regime` is "steady".')
    return notes
