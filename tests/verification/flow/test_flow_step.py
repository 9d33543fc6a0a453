"""Flow over a backward-facing step at Re 800: lengths of the eddies, a profile.

The literature has 6.10, 4.85 and 10.48 (Gartling, Int. J. Numer. Methods Fluids 11 (1990) 953); the
digits here are of an independent finer computation.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from magcap.solvers.flow import forms as flow_forms
from magcap.solvers.reference_flows import Eddies, step_flow

#: Lower reattachment, upper separation and reattachment; u at x = 7.
LENGTHS = (6.0983, 4.8533, 10.4768)
PROFILE = (-0.0490, 0.0150, 0.2039, 0.5227, 0.8855, 1.1054, 1.0621, 0.7921, 0.4277)


def check(found: Eddies) -> None:
    """Lengths within 0.4 %, u within 0.004 of a peak of 1.5 at the inlet.

    Measured: 6.1060, 4.8650, 10.4834 (0.13, 0.24, 0.06 %), 0.0021; with three quarters of the
    cells a side 6.135, 4.892, 10.487, 0.009.
    """
    np.testing.assert_allclose(found.lengths, LENGTHS, rtol=4e-3)
    np.testing.assert_allclose(found.profile, PROFILE, atol=4e-3)


def test_step_at_reynolds_800() -> None:
    check(step_flow(120, 16))


def wrong_viscosity(u: Any, v: Any, *, viscosity: Any, dx: Any) -> Any:
    return RIGHT_VISCOSITY(u, v, viscosity=1.02 * viscosity, dx=dx)


RIGHT_VISCOSITY = flow_forms.viscous_gradient


def test_a_planted_viscosity_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two per cent more of it."""
    monkeypatch.setattr(flow_forms, "viscous_gradient", wrong_viscosity)
    with pytest.raises(AssertionError):
        check(step_flow(120, 16))
