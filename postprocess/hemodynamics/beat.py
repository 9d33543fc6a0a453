"""Figure of the openings over a beat: what flows through each, and the pressure there."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from magcap.arrays import FloatArray
from magcap.postprocess.fields import CURVES, STYLES
from magcap.postprocess.files import Datasets, contents
from magcap.postprocess.pictures import Figure, bold, figure, shortened
from magcap.solvers.results import FlowSteps

#: Flow rates in ml/s; pressures in mmHg where they are those of an artery, else in Pa.
_ML, _MMHG, _ARTERIAL = 1e6, 133.322, 2000.0


def draw_beat(path: Path, data: Datasets) -> str:
    """Flow rates and pressures of all openings over the last cycle."""
    steps, period = _steps(data), float(data.summary["flow"]["period"]["length"])
    order = _order(steps.times, period)
    time = _around(np.mod(steps.times[order], period), period)
    with figure(path, 2.7) as fig:
        left, right = fig.subplots(1, 2)
        high = max(float(np.abs(values[order]).max()) for values in steps.mean_pressures.values())
        unit, scale = ("mmHg", _MMHG) if high > _ARTERIAL else ("Pa", 1.0)
        inlets = _inlets(data)
        for i, name in enumerate(steps.flow_rates):
            sign = -1.0 if name in inlets else 1.0
            look: Any = {
                "color": CURVES[i % len(CURVES)],
                "linestyle": STYLES[i // len(CURVES) % len(STYLES)],
                "label": shortened(name),
            }
            if name in inlets:  # what leaves by a single outlet covers it
                look |= {"linewidth": 2.8, "alpha": 0.45}
            left.plot(time, sign * _ML * _closed(steps.flow_rates[name][order]), **look)
            right.plot(time, _closed(steps.mean_pressures[name][order]) / scale, **look)
        for axis, letter, label in (
            (left, "a", "flow rate (ml/s)"),
            (right, "b", f"pressure ({unit})"),
        ):
            _decorate(axis, period, label)
            axis.set_title(bold(letter))
        if left.get_ylim()[0] < 0.0:
            left.axhline(0.0, color="#888888", linewidth=0.6)
        fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=5)
    return (
        "The openings over the last beat: (a) flow rate, into the vessel at inlets and out of it "
        "at outlets, (b) mean pressure."
    )


def _steps(data: Datasets) -> FlowSteps:
    steps = data[contents.FLOW_STEPS]
    if steps is None:
        raise ValueError("a steady flow has no steps")
    return steps


def _order(times: FloatArray, period: float) -> Any:
    """Rows of the last cycle in the order of the waveform's time."""
    last = np.flatnonzero(times > times[-1] - period * (1 - 1e-9))
    return last[np.argsort(np.mod(times[last], period), kind="stable")]


def _around(times: FloatArray, period: float) -> FloatArray:
    """With the last one before and the first one after the period."""
    return np.concatenate([[times[-1] - period], times, [times[0] + period]])


def _closed(values: FloatArray) -> FloatArray:
    return np.concatenate([values[-1:], values, values[:1]])


def _inlets(data: Datasets) -> set[str]:
    return set(data.summary["flow"]["inlets"])


def _decorate(axis: Any, period: float, label: str) -> None:
    axis.set_xlim(0.0, period)
    axis.set_xlabel("time (s)")
    axis.set_ylabel(label)
    axis.grid(True, which="major", color="#E3E3E3", linewidth=0.5)
    axis.spines[["top", "right"]].set_visible(False)


BEAT: Final = Figure(
    name="flow_over_period",
    title="Flow and pressure over a beat",
    order=101,
    draw=draw_beat,
    wanted=lambda data: bool((data.summary.get("flow") or {}).get("period")),
)
