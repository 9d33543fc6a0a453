"""Loads and shares of outlets in steady flow: the flow divides as they say."""

from __future__ import annotations

from functools import cache

import pytest
from mpi4py import MPI

from magcap.case import Bifurcation, Blood, Flow, Mesh
from magcap.geometry.lumen import build_lumen
from magcap.geometry.mesh import Lumen
from magcap.solvers.flow import outlet_laws, solve
from magcap.solvers.results import FlowField

INFLOW = 2e-6


@cache
def bifurcation() -> Lumen:
    vessel = Bifurcation.model_validate(
        {
            "shape": "bifurcation",
            "radius": "2 mm",
            "asymmetry": 0.8,
            "length": "6 mm",
            "daughter_length": "8 mm",
        }
    )
    return build_lumen(vessel, Mesh.model_validate({"lumen_size": "1.2 mm", "wall_size": "1 mm"}))


def flow_with(*outlets: dict[str, object]) -> Flow:
    return Flow.model_validate({"inlet": {"flow_rate": f"{INFLOW} m^3/s"}, "outlet": outlets})


def solved(*outlets: dict[str, object]) -> FlowField:
    return solve(bifurcation(), Blood(), flow_with(*outlets), comm=MPI.COMM_SELF)


def test_resistances_divide_the_flow_and_set_the_pressures() -> None:
    """Above the vessel's own (1 % of them), 3 : 1 gives flows 1 : 3; 100 mmHg in all."""
    first, second = (o.name for o in bifurcation().outlets)
    found = solved(
        {"name": first, "resistance": "2.7e10 Pa*s/m^3"},
        {
            "name": second,
            "windkessel": {
                "proximal": "1e9 Pa*s/m^3",
                "distal": "8e9 Pa*s/m^3",
                "compliance": "1e-10 m^3/Pa",
                "distal_pressure": "10 Pa",
            },
        },
    )
    assert found.mass_imbalance < 1e-10
    assert found.flow_rates[first] / INFLOW == pytest.approx(0.25, abs=3e-3)
    for name, resistance, back in ((first, 2.7e10, 0.0), (second, 9e9, 10.0)):
        wanted = back + resistance * found.flow_rates[name]
        assert found.mean_pressures[name] == pytest.approx(wanted, rel=1e-4)


def test_by_murray_the_flow_divides_as_the_cubes_of_the_radii() -> None:
    first, second = bifurcation().outlets
    found = solved({"name": first.name, "flow_fraction": "murray"})
    wanted = first.radius**3 / (first.radius**3 + second.radius**3)
    assert found.flow_rates[first.name] / INFLOW == pytest.approx(wanted, rel=1e-9)


def test_murray_takes_what_numbers_leave() -> None:
    first, second = (o.name for o in bifurcation().outlets)
    laws = outlet_laws(
        bifurcation(),
        flow_with(
            {"name": first, "flow_fraction": 0.3}, {"name": second, "flow_fraction": "murray"}
        ),
    )
    assert laws[0].share == 0.3
    assert laws[1].share is None  # the mass balance gives it the rest, at 0 Pa
