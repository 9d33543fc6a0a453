"""From the wall of a case to what the kernels take."""

from __future__ import annotations

import pytest

from magcap.case import Capture
from magcap.solvers import laws
from magcap.solvers.tracking.kernels import ADHESION, STICKING, THRESHOLD
from magcap.solvers.tracking.motion import Contact
from magcap.solvers.tracking.motion._contact_kernels import asperity, lever_arm
from magcap.solvers.tracking.wall_law import wall_law


def read(**wall: object) -> tuple[int, Contact]:
    return wall_law(Capture.model_validate({"wall": wall}).wall)


def test_nothing_said_sticks() -> None:
    assert wall_law(Capture().wall)[0] == read()[0] == STICKING


def test_threshold() -> None:
    """Asperities of 1 % of the radius unless said otherwise, and the lever that they give."""
    model, contact = read(model="threshold", friction=0.3)
    assert (model, contact.friction) == (THRESHOLD, 0.3)
    assert asperity(5e-6, contact) == pytest.approx(5e-8)
    assert lever_arm(5e-6, contact) == pytest.approx(float(laws.asperity_lever(5e-8, 5e-6)))
    _, contact = read(model="threshold", friction=0.3, roughness="20 nm", lever="1 um")
    assert asperity(5e-6, contact) == pytest.approx(2e-8)
    assert lever_arm(5e-6, contact) == pytest.approx(1e-6)


def test_bonds_share_the_load() -> None:
    model, contact = read(model="adhesion", bond_strength="100 pN", formation_rate="2 1/s", bonds=5)
    assert (model, contact.rate, contact.friction) == (ADHESION, 2.0, 0.0)
    assert contact.strength == pytest.approx(5e-10)
    assert contact.bond == pytest.approx(0.2e-10)
