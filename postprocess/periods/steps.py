"""Numbers of a flow over a heart beat, from the steps of its last cycle."""

from __future__ import annotations

from typing import Any

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.results import FlowPeriod, FlowSteps


def period_numbers(found: FlowPeriod) -> dict[str, Any]:
    """Length, cycles and change of the period, and what it cost."""
    last = last_cycle(found)
    return {
        "length": found.period,
        "cycles": found.cycles,
        "change": found.change,
        "method": found.method,
        "womersley": found.womersley,
        "snapshots": len(found.times),
        "steps": len(found.steps.times) - 1,
        "steps_last_cycle": int(np.sum(last)) - 1,
        "iterations": float(found.steps.iterations[1:].mean()),
        "mass_imbalance_max": float(found.steps.mass_imbalance.max()),
        "max_speed": float(found.steps.max_speed[last].max()),
        "error": None if found.method != "quasi-steady" else quasi_steady_errors(found),
    }


def quasi_steady_errors(found: FlowPeriod) -> dict[str, float]:
    """What a quasi-steady flow is off by, over the largest of the cycle."""
    return {"velocity": found.velocity_error, "wall_shear_stress": found.wall_shear_error}


def outlet_numbers(found: FlowPeriod, name: str) -> dict[str, float]:
    """Pressure and flow at one opening over the last cycle."""
    steps, last = found.steps, last_cycle(found)
    times = steps.times[last]
    pressure, flow = steps.mean_pressures[name][last], steps.flow_rates[name][last]
    return {
        "pressure_mean": time_mean(times, pressure),
        "pressure_max": float(pressure.max()),
        "pressure_min": float(pressure.min()),
        "time_of_max": float(times[int(np.argmax(pressure))] % found.period),
        "time_of_min": float(times[int(np.argmin(pressure))] % found.period),
        "flow_mean": time_mean(times, flow),
        "flow_max": float(flow.max()),
        "flow_min": float(flow.min()),
    }


def last_cycle(found: FlowPeriod) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """The rows of the last cycle, with the one at its start."""
    steps: FlowSteps = found.steps
    start = steps.times[-1] - found.period * (1 + 1e-9)
    return np.asarray(steps.times >= start)


def time_mean(times: FloatArray, values: FloatArray) -> float:
    """Mean by the trapezoidal rule.

    >>> time_mean(np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 2.0]))
    1.6666666666666667
    """
    if len(times) < 2:
        return float(values.mean())
    return float(np.trapezoid(values, times) / (times[-1] - times[0]))
