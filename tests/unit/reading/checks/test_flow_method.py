"""Which way a pulse is computed: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from magcap.errors import CaseError
from magcap.validation.cases import BEAD, case_of, tube_case


def pulse(folder: Path, period: float) -> str:
    t = np.arange(100) / 99
    rows = [f"{period * a:.6g}, {1 - 0.8 * np.cos(2 * np.pi * a):.6g}" for a in t]
    path = folder / "pulse.csv"
    path.write_text("\n".join(["t [s], Q [ml/s]", *rows]))
    return str(path)


def tube(flow: dict[str, object]) -> object:
    return tube_case(radius=3e-3, length=1e-2, velocity=0.05, flow=flow)


def test_a_way_of_steady_flow() -> None:
    with pytest.raises(CaseError) as refused:
        tube({"inlet": {"mean_velocity": "5 cm/s"}, "method": "transient"})
    assert refused.value.faults == (
        '`flow.method` = "transient" is the way of a pulse; with `flow.regime` = "steady" leave it '
        "out.",
    )


def test_a_way_that_is_none() -> None:
    with pytest.raises(CaseError, match=r"`flow\.method` must be one of .*quasi-steady.*implicit"):
        tube({"inlet": {"mean_velocity": "5 cm/s"}, "method": "implicit"})


def flow(folder: Path, period: float) -> dict[str, object]:
    inlet = {"waveform": pulse(folder, period)}
    return {"regime": "pulsatile", "inlet": inlet, "method": "quasi-steady"}


def test_blood_that_is_too_slow_is_refused_with_the_number(tmp_path: Path) -> None:
    with pytest.raises(CaseError) as refused:
        tube(flow(tmp_path, 0.8))
    (fault,) = refused.value.faults
    assert fault.startswith('`flow.method` = "quasi-steady" must be off by less than 10 %, got')
    assert "Womersley number 4.6" in fault


def test_a_slow_pulse_is_taken(tmp_path: Path) -> None:
    tube(flow(tmp_path, 30.0))


def test_a_windkessel_whose_flow_is_not_known(tmp_path: Path) -> None:
    load = {"proximal": "1e8 Pa*s/m^3", "distal": "2e9 Pa*s/m^3", "compliance": "1.7e-10 m^3/Pa"}
    vessel = {
        "shape": "bifurcation",
        "radius": "1 mm",
        "length": "10 mm",
        "daughter_length": "10 mm",
    }
    tables = {**flow(tmp_path, 60.0), "outlet": [{"name": "outlet 1", "windkessel": load}]}
    with pytest.raises(CaseError, match="takes a windkessel only where it is known"):
        case_of({"vessel": vessel, "flow": tables, "carrier": [BEAD]})
