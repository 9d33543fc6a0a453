"""Loads of outlets in time against their closed forms, and what they are in steady flow."""

from __future__ import annotations

import numpy as np
import pytest

from magcap.solvers.flow import OutletLaw, level_of
from magcap.solvers.unsteady.bdf2 import Steps
from magcap.solvers.unsteady.outlets import Stores, periodic_stores

#: A three-element Windkessel at the end of a wide artery, in SI (1 dyn s/cm⁵ = 1e5 Pa s/m³), and
#: Q = 20π(1 − cos 2πt) ml/s: P_c by the impedance R_d/(1 + iωR_dC).
LAW = OutletLaw(name="out", proximal=121e5, distal=1212e5, compliance=1.5e-9)
MEAN = 20e-6 * np.pi


def flow(t: float) -> float:
    return float(MEAN * (1 - np.cos(2 * np.pi * t)))


def exact_pressure(t: float) -> float:
    impedance = LAW.distal / (1 + 2j * np.pi * LAW.distal * LAW.compliance)
    wave = np.real(impedance * np.exp(2j * np.pi * t))
    return float(LAW.proximal * flow(t) + MEAN * (LAW.distal - wave))


def marched(count: int, cycles: int = 1) -> float:
    """Largest error of the pressure in the last cycle over the largest pressure."""
    h = 1.0 / count
    flows = {"out": np.array([flow(i / 64) for i in range(64)])}
    stores = periodic_stores([LAW], flows, 1.0, start=0.0, step=h)
    error = 0.0
    for i in range(cycles * count):
        steps = Steps(h, h, h)
        t = (i + 1) * h
        load = stores.loads(steps)["out"]
        error = max(error, abs(load.resistance * flow(t) + load.history - exact_pressure(t)))
        stores = stores.after(steps, {"out": flow(t)})
    return error / 13_921.928


def test_the_periodic_store_is_the_closed_form() -> None:
    flows = {"out": np.array([flow(i / 64) for i in range(64)])}
    for t in (0.0, 0.13, 0.62):
        found = periodic_stores([LAW], flows, 1.0, start=t, step=0.1).now["out"]
        assert LAW.proximal * flow(t) + found == pytest.approx(exact_pressure(t), rel=1e-10)


def test_a_load_is_of_second_order() -> None:
    errors = [marched(count) for count in (25, 50, 100)]
    assert errors[1] < 2e-3
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 1.8), orders


def test_a_store_comes_to_rest_where_steady_flow_puts_it() -> None:
    stores = Stores.at([LAW], {})
    steps = Steps(0.05, 0.05, 0.05)
    for _ in range(200):
        stores = stores.after(steps, {"out": 1e-5})
    load = stores.loads(steps)["out"]
    assert load.resistance * 1e-5 + load.history == pytest.approx(LAW.resistance * 1e-5, rel=1e-9)


def test_a_resistance_has_no_memory() -> None:
    law = OutletLaw(name="out", proximal=2e8, back=50.0)
    load = Stores.at([law], {}).loads(Steps(0.1, 0.1, 0.1))["out"]
    assert (load.resistance, load.history) == (2e8, 50.0)


def test_the_level_of_parallel_loads() -> None:
    laws = [OutletLaw(name="a", proximal=1e8), OutletLaw(name="b", proximal=3e8, back=100.0)]
    level = level_of(laws, 4e-6)
    assert level / 1e8 + (level - 100.0) / 3e8 == pytest.approx(4e-6)
