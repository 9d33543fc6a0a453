"""Newton finds the flow on its own up to Re 1000, splits it as asked, alike on two ranks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from mpi4py import MPI
from pydantic import TypeAdapter

from magcap.case import Blood, Flow, Inlet, Mesh, Outlet, Vessel
from magcap.errors import SolverError
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import solve, start as flow_start
from magcap.solvers.results import FlowField

MU, RHO = 3.5e-3, 1060.0
VESSELS: dict[str, dict[str, Any]] = {
    "tube": {"shape": "tube", "radius": "3 mm", "length": "20 mm"},
    "tight bend": {
        "shape": "bend",
        "radius": "3 mm",
        "bend_radius": "9 mm",
        "angle": "120 deg",
        "inlet_length": "6 mm",
        "outlet_length": "12 mm",
    },
    "stenosis": {
        "shape": "stenosis",
        "radius": "3 mm",
        "length": "30 mm",
        "severity": "50 %",
        "by": "area",
        "stenosis_length": "9 mm",
        "stenosis_position": "9 mm",
    },
    "bifurcation": {
        "shape": "bifurcation",
        "radius": "3 mm",
        "length": "12 mm",
        "daughter_length": "15 mm",
    },
}


def lumen_of(name: str) -> Lumen:
    vessel = TypeAdapter(Vessel).validate_python(VESSELS[name])
    return build_lumen(vessel, Mesh(resolution="coarse"))


def run(lumen: Lumen, reynolds: float, outlets: tuple[Outlet, ...] = ()) -> FlowField:
    speed = reynolds * MU / (RHO * 2 * lumen.inlet.radius)
    inlet = Inlet.model_validate({"mean_velocity": f"{speed} m/s"})
    return solve(lumen, Blood(), Flow(inlet=inlet, outlet=outlets), comm=MPI.COMM_SELF)


@pytest.mark.parametrize(
    "name",
    ["tube", *(pytest.param(n, marks=pytest.mark.slow) for n in list(VESSELS)[1:])],
)
def test_reynolds_1000_from_rest(name: str) -> None:
    found = run(lumen_of(name), 1000.0)
    assert found.reynolds == pytest.approx(1000.0)
    assert found.newton_residuals[-1] < 1e-9
    assert found.mass_imbalance < 1e-10
    assert found.pressure_drop > 0.0 or name == "bifurcation"  # it widens: pressure is recovered


@pytest.mark.slow
def test_flow_fractions_are_exact() -> None:
    lumen = lumen_of("bifurcation")
    wanted = dict(zip((o.name for o in lumen.outlets), (0.3, 0.7), strict=True))
    outlets = tuple(
        Outlet.model_validate({"name": name, "flow_fraction": fraction})
        for name, fraction in wanted.items()
    )
    found = run(lumen, 100.0, outlets)
    for name, fraction in wanted.items():
        assert abs(found.flow_rates[name] / -found.flow_rates["inlet"] - fraction) < 1e-9


def test_newton_that_fails_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no steps allowed the message names the reason and what to try."""
    monkeypatch.setattr(flow_start, "MAX_STEPS", 0)
    monkeypatch.setattr(flow_start, "RTOL", 1e-30)
    with pytest.raises(SolverError, match=r"Reynolds number 50.*residual.*try"):
        run(lumen_of("tube"), 50.0)


TWO_RANKS = """
import sys, numpy as np
from mpi4py import MPI
from magcap.case import Blood, Flow, Inlet, Mesh, Tube
from magcap.geometry.lumen import build_lumen
from magcap.solvers.flow import solve
vessel = Tube.model_validate({"shape": "tube", "radius": "3 mm", "length": "12 mm"})
lumen = build_lumen(vessel, Mesh.model_validate({"lumen_size": "1.2 mm", "wall_size": "1 mm"}))
flow = Flow(inlet=Inlet.model_validate({"mean_velocity": "0.2 m/s", "profile": "plug"}))
found = solve(lumen, Blood(), flow, comm=MPI.COMM_WORLD)
if MPI.COMM_WORLD.rank == MPI.COMM_WORLD.size - 1:
    np.savez(sys.argv[1], u=found.velocity, p=found.pressure, t=found.wall_traction)
"""


@pytest.mark.mpi
def test_two_ranks_give_the_same_numbers(tmp_path: Path) -> None:
    launcher = Path(sys.executable).with_name("mpiexec")
    if not launcher.exists():
        pytest.skip("mpiexec of the wheel is not installed")
    for ranks in (1, 2):
        command = [str(launcher), "-n", str(ranks), sys.executable, "-c", TWO_RANKS]
        subprocess.run([*command, str(tmp_path / f"{ranks}.npz")], check=True, timeout=300)
    one, two = np.load(tmp_path / "1.npz"), np.load(tmp_path / "2.npz")
    for key in ("u", "p", "t"):
        scale = np.abs(one[key]).max()
        assert np.abs(one[key] - two[key]).max() < 1e-8 * scale


def _begun(lumen: Lumen, monkeypatch: pytest.MonkeyPatch, *, fails: bool) -> Any:
    """The start of a march at Re 300, and its net outflow over the inflow."""
    from magcap.solvers.fem import to_dolfinx
    from magcap.solvers.flow import Scales, begin, conditions_of
    from magcap.solvers.laws import viscosity_of

    blood, rate = Blood(), 300.0 * MU / (RHO * 2 * 3e-3) * np.pi * 9e-6
    law = viscosity_of(blood, 2 * lumen.inlet.radius)
    scales = Scales.of(lumen, density=RHO, viscosity=law, flow_rate=rate)
    flow = Flow(inlet=Inlet.model_validate({"flow_rate": f"{rate} m^3/s"}))
    conditions = conditions_of(lumen, flow, scales, rate, law)
    viscosity = law.scaled(viscosity=scales.viscosity, time=scales.time)
    if fails:
        parts = vars(flow_start)
        whole, failed = parts["newton"], parts["NewtonFailed"]

        def hopeless(system: Any, **named: Any) -> list[float]:
            if named["rtol"] == flow_start.RTOL:
                raise failed("the residual hardly decreases", [1.0])
            residuals: list[float] = whole(system, **named)
            return residuals

        monkeypatch.setattr(flow_start, "newton", hopeless)
    femesh = to_dolfinx(lumen.mesh, MPI.COMM_SELF, length_scale=scales.length)
    found = begin(femesh, conditions, viscosity, reynolds=scales.reynolds)
    return found.u.x.array.copy(), found.system.net_outflow() / conditions.inflow


def test_a_march_begins_near_the_steady_flow_that_newton_does_not_find(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One step from the P1–P1 flow: 9 % from the steady one, and mass is balanced."""
    lumen = lumen_of("tube")
    wanted, _ = _begun(lumen, monkeypatch, fails=False)
    found, loss = _begun(lumen, monkeypatch, fails=True)
    off = np.linalg.norm(found - wanted) / np.linalg.norm(wanted)
    assert 1e-6 < off < 0.12, off
    assert loss < 1e-3, loss
