"""Exact fields of windings against closed forms, independent sums and the field equations."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.coils import (
    circulation,
    coil,
    curl,
    differences,
    filament_sum,
    loop_sum,
    racetrack,
    sheet_sum,
    solenoid,
)
from helpers.tables import valid
from magcap.arrays import FloatArray
from magcap.case import Coil
from magcap.constants import MU_0
from magcap.geometry.scene import Winding, windings
from magcap.solvers.exact import flux_density
from magcap.solvers.exact.coils import field_and_gradient

POSE = {"center": ["10 mm", "-5 mm", "7 mm"], "axis": [1, 2, -0.5]}
WOUND = {
    "solenoid": solenoid(**POSE),
    "racetrack": racetrack(**POSE),
    "sharp corners": racetrack(corner_radius="1 um", **POSE),
    "square corners": racetrack(corner_radius="0 mm", **POSE),
    "true racetrack": racetrack(corner_radius="15 mm", **POSE),
}


def relative(B: FloatArray, reference: FloatArray) -> float:
    """Largest error over the field at the same point."""
    error = np.linalg.norm(B - reference, axis=1) / np.linalg.norm(reference, axis=1)
    return float(error.max())


def in_lab(winding: Winding, x: FloatArray) -> FloatArray:
    return np.asarray(x @ winding.rotation.T + winding.center)


def inside_of(winding: Winding, n: int, seed: int = 1) -> FloatArray:
    """Points in a winding, at least 5 % of its section from its surface, in the lab."""
    rng = np.random.default_rng(seed)
    s, z, phi = rng.uniform(0.05, 0.95, n), rng.uniform(-0.45, 0.45, n), rng.uniform(0, 6.28, n)
    d = winding.dimensions
    if len(d) == 3:
        r = d[0] + s * (d[1] - d[0])
        return in_lab(winding, np.column_stack([r * np.cos(phi), r * np.sin(phi), z * d[2]]))
    a, b, corner, thickness, height = d
    side = np.sign(rng.uniform(-1, 1, (n, 2)))
    x = np.column_stack([rng.uniform(0, 0.99 * (0.5 * a - corner), n), np.full(n, 0.5 * b)])
    x[:, 1] += s * thickness
    arc = rng.uniform(0, 1, n) < 0.5
    r, phi = corner + s * thickness, 0.5 * np.pi * rng.uniform(0.1, 0.9, n)
    x[arc, 0] = (0.5 * a - corner + r * np.cos(phi))[arc]
    x[arc, 1] = (0.5 * b - corner + r * np.sin(phi))[arc]
    return in_lab(winding, np.column_stack([side * x, z * height]))


def test_thick_solenoid_on_its_axis() -> None:
    w = solenoid()
    r1, r2, h = w.dimensions
    z = np.linspace(-0.1, 0.1, 41)

    def part(d: FloatArray) -> FloatArray:
        return np.asarray(d * np.log((r2 + np.hypot(r2, d)) / (r1 + np.hypot(r1, d))))

    exact = 0.5 * MU_0 * w.current_density * (part(z + 0.5 * h) - part(z - 0.5 * h))
    B, gradient = field_and_gradient(w, np.column_stack([0 * z, 0 * z, z]))
    np.testing.assert_allclose(B[:, 2], exact, rtol=1e-12)
    assert np.abs(B[:, :2]).max() == 0.0
    np.testing.assert_allclose(gradient[:, 0, 0], -0.5 * gradient[:, 2, 2], rtol=1e-12, atol=1e-15)
    # The oracle sees the wrong radius of the mean turn taken for the thick coil (1.3 %).
    thin = MU_0 * w.ampere_turns * 0.025**2 / (2 * (0.025**2 + z**2) ** 1.5)
    assert np.abs(thin / exact - 1).max() > 0.01


def test_solenoid_against_loops_outside() -> None:
    w = solenoid()
    rng = np.random.default_rng(0)
    x = rng.uniform(-0.08, 0.08, (100, 3))
    rho, z = np.hypot(x[:, 0], x[:, 1]), np.abs(x[:, 2])
    x = x[(z > 0.022) | (rho > 0.037) | (rho < 0.013)]
    reference = loop_sum(w, x, n=24)
    assert relative(flux_density(w, x), reference) < 1e-8
    assert relative(2.0 * flux_density(w, x), reference) > 0.5
    assert relative(-flux_density(w, x), reference) > 0.5


def test_solenoid_against_sheets_inside() -> None:
    w = solenoid()
    x = inside_of(w, 12)
    assert relative(flux_density(w, x), sheet_sum(w, x)) < 1e-6
    assert relative(flux_density(w, x + np.array([0, 0, 1e-3])), sheet_sum(w, x)) > 1e-2


@pytest.mark.parametrize("corner", ["0 mm", "1 um", "8 mm", "15 mm"])
def test_racetrack_against_filaments(corner: str) -> None:
    w = racetrack(corner_radius=corner)
    rng = np.random.default_rng(2)
    x = rng.uniform(-1, 1, (60, 3)) * [0.08, 0.06, 0.05]
    far = (np.abs(x[:, 2]) > 0.018) | (np.abs(x[:, 0]) > 0.052) | (np.abs(x[:, 1]) > 0.037)
    x = np.concatenate([x[far], [[0.0, 0, 0], [0.01, 0.002, 0.003]]])
    reference = filament_sum(w, x)
    assert relative(flux_density(w, x), reference) < 1e-6
    assert relative(flux_density(racetrack(corner_radius="11 mm"), x), reference) > 1e-3


def test_racetrack_against_rectangles_of_filaments() -> None:
    """With sharp inner corners and thin section the filaments are an exact rectangle."""
    w = racetrack(corner_radius="1 um", thickness="1 um", height="1 um", turns=1, current="1 mA")
    x = np.random.default_rng(4).uniform(-0.05, 0.05, (50, 3))
    assert relative(flux_density(w, x), filament_sum(w, x, n=1, pieces=4)) < 1e-6


def test_racetrack_of_arcs_is_a_solenoid() -> None:
    """Two independent ways: elliptic integrals over the radius, closed sections over the angle."""
    round_ = solenoid(**POSE)
    arcs = racetrack(inner_size=["40 mm", "40 mm"], corner_radius="20 mm", height="30 mm", **POSE)
    x = np.random.default_rng(5).uniform(-0.06, 0.06, (500, 3))
    x = np.concatenate([x, 30 * x[:50], inside_of(round_, 100)])
    B, gradient = field_and_gradient(round_, x)
    B2, gradient2 = field_and_gradient(arcs, x)
    assert relative(B2, B) < 1e-10
    assert relative(gradient2.reshape(-1, 9), gradient.reshape(-1, 9)) < 1e-9


@pytest.mark.parametrize("name", WOUND)
def test_div_and_curl(name: str) -> None:
    """div B = 0; curl B = μ0 J in the winding, 0 elsewhere; from the gradient and the field."""
    w = WOUND[name]
    within = inside_of(w, 60)
    without = w.center + np.random.default_rng(6).uniform(0.065, 0.2, (60, 3))
    for points, density, step in ((within, w.current_density, 1e-5), (without, 0.0, 2e-4)):
        gradient = field_and_gradient(w, points)[1]
        numeric = differences(lambda x: flux_density(w, x), points, step)
        size = np.abs(gradient).max()
        np.testing.assert_allclose(numeric, gradient, atol=2e-9 * size)
        assert np.abs(np.trace(gradient, axis1=1, axis2=2)).max() < 1e-12 * size
        turned = curl(gradient)
        np.testing.assert_allclose(
            np.linalg.norm(turned, axis=1), MU_0 * density, atol=1e-9 * MU_0 * w.current_density
        )
        assert np.abs(turned @ w.rotation[:, 2]).max() < 1e-9 * MU_0 * w.current_density
    # Planted errors are seen: the transposed gradient, half of the current.
    gradient = field_and_gradient(w, within)[1]
    numeric = differences(lambda x: flux_density(w, x), within, 1e-5)
    assert np.abs(numeric - gradient.transpose(0, 2, 1)).max() > 1e-2 * np.abs(gradient).max()
    half = np.linalg.norm(curl(0.5 * gradient), axis=1)
    assert (np.abs(half / (MU_0 * w.current_density) - 1) > 0.4).all()


@pytest.mark.parametrize("name", ["solenoid", "racetrack"])
def test_direction_of_the_current(name: str) -> None:
    """Right-handed about the axis: curl B along ẑ × r in the solenoid, B up the bore."""
    w = WOUND[name]
    assert flux_density(w, w.center[None])[0] @ w.rotation[:, 2] > 0.1
    points = inside_of(w, 40)
    turned = curl(field_and_gradient(w, points)[1])
    around = np.cross(w.rotation[:, 2], points - w.center)
    along = np.einsum("ni,ni->n", turned, around) / np.linalg.norm(turned, axis=1)
    assert (along > 0.5 * np.linalg.norm(around, axis=1)).all()
    if name == "solenoid":
        np.testing.assert_allclose(along, np.linalg.norm(around, axis=1), rtol=0.2)


@pytest.mark.parametrize("name", WOUND)
def test_amperes_law(name: str) -> None:
    """Through the bore and around: the whole current; past it: none; through half of it: half."""
    w = WOUND[name]

    def ring(far: float, *, start: float = 0.0) -> float:
        path = np.array([[start, 0, -0.05], [start, 0, 0.05], [far, 0, 0.05], [far, 0, -0.05]])
        return circulation(lambda x: flux_density(w, x), in_lab(w, path))

    inner = w.dimensions[0] if len(w.dimensions) == 3 else 0.5 * w.dimensions[0]
    thickness = 0.01
    assert ring(0.1) == pytest.approx(w.ampere_turns, rel=1e-7)
    assert ring(inner + 0.5 * thickness) == pytest.approx(0.5 * w.ampere_turns, rel=1e-6)
    assert ring(0.1, start=0.06) == pytest.approx(0.0, abs=1e-6 * w.ampere_turns)
    assert ring(inner + 0.4 * thickness) != pytest.approx(0.5 * w.ampere_turns, rel=1e-2)


@pytest.mark.parametrize("name", WOUND)
def test_continuous_across_faces_and_on_them(name: str) -> None:
    """B has no jumps; on faces, edges and joints all is finite."""
    w = WOUND[name]
    d = w.dimensions
    height = d[-1]
    inner = d[0] if len(d) == 3 else 0.5 * d[0]
    y = 0.0 if len(d) == 3 else 0.5 * d[1] - d[2]  # where a bar meets a corner
    x = np.array(
        [
            [r, y, z]
            for r in (inner, inner + 0.003, inner + 0.01)
            for z in (0.0, 0.1 * height, 0.5 * height, -0.5 * height)
        ]
    )
    B, gradient = field_and_gradient(w, in_lab(w, x))
    assert np.isfinite(B).all() and np.isfinite(gradient).all()
    for offset in np.vstack([np.eye(3), -np.eye(3)]) * 1e-8:
        moved = flux_density(w, in_lab(w, x + offset))
        np.testing.assert_allclose(moved, B, atol=1e-5 * np.abs(B).max())


@pytest.mark.parametrize("name", WOUND)
def test_scale_and_superposition(name: str) -> None:
    """B(sL, sI) = B(L, I), ∂B as 1/s; a winding cut in two halves adds up."""
    w = WOUND[name]
    s = 3.7
    big = Winding(
        name="",
        shape=w.shape,
        dimensions=tuple(s * x for x in w.dimensions),
        center=s * w.center,
        rotation=w.rotation,
        turns=w.turns,
        current=s * w.current,
    )
    x = np.concatenate([inside_of(w, 20), np.random.default_rng(8).uniform(-0.1, 0.1, (40, 3))])
    B, gradient = field_and_gradient(w, x)
    B2, gradient2 = field_and_gradient(big, s * x)
    np.testing.assert_allclose(B2, B, atol=1e-12 * np.abs(B).max())
    np.testing.assert_allclose(s * gradient2, gradient, atol=1e-9 * np.abs(gradient).max())
    halves = np.zeros_like(B)
    for side in (-1, 1):
        halves += flux_density(
            Winding(
                name="",
                shape=w.shape,
                dimensions=(*w.dimensions[:-1], 0.5 * w.dimensions[-1]),
                center=w.center + 0.25 * side * w.dimensions[-1] * w.rotation[:, 2],
                rotation=w.rotation,
                turns=w.turns,
                current=0.5 * w.current,
            ),
            x,
        )
    np.testing.assert_allclose(halves, B, atol=1e-10 * np.abs(B).max())


@pytest.mark.parametrize("name", WOUND)
def test_dipole_far_away(name: str) -> None:
    """Moment N I times the mean area of the turns; the next term falls off twice as fast."""
    w = WOUND[name]
    d = w.dimensions
    if len(d) == 3:
        area = np.pi * (d[0] ** 2 + d[0] * d[1] + d[1] ** 2) / 3
    else:
        a, b, corner, t, _ = d
        c2 = corner**2 + corner * t + t**2 / 3
        area = a * b + (a + b) * t + 4 * t**2 / 3 - (4 - np.pi) * c2
    m = w.ampere_turns * area * w.rotation[:, 2]
    errors = []
    for R in (1.0, 2.0, 8.0):
        v = np.random.default_rng(9).normal(size=(50, 3))
        v /= np.linalg.norm(v, axis=1)[:, None]
        dipole = 1e-7 * (3 * v * (v @ m)[:, None] - m) / R**3
        errors.append(relative(flux_density(w, w.center + R * v), dipole))
    assert errors[0] < 3e-3
    assert errors[1] / errors[0] == pytest.approx(0.25, rel=0.02)
    assert errors[2] / errors[0] == pytest.approx(1 / 64, rel=0.05)


@pytest.mark.parametrize("thickness", [1e-4, 1e-6])
def test_thin_windings_are_sheets(thickness: float) -> None:
    """Inner and outer radius nearly agree: the surface current of a magnetised cylinder."""
    import magpylib

    w = solenoid(outer_diameter=f"{0.04 + 2 * thickness} m", current="1 mA")
    x = np.random.default_rng(10).uniform(-0.05, 0.05, (200, 3))
    x = x[np.abs(np.hypot(x[:, 0], x[:, 1]) - 0.02) > 1e-3]
    sheet = magpylib.magnet.Cylinder(
        dimension=(0.04 + thickness, 0.03), polarization=(0, 0, MU_0 * w.ampere_turns / 0.03)
    )
    # The second moment of the thickness counts as its square over that of the distance, 1 mm.
    error = relative(flux_density(w, x), sheet.getB(x))
    assert error < 3e-3 * (thickness / 1e-3) ** 2 + 2e-10
    flat = solenoid(height=f"{thickness} m", current="1 mA")
    x = x[np.abs(x[:, 2]) > 4e-3][:60]
    assert relative(flux_density(flat, x), loop_sum(flat, x, n=20)) < 1e-8


def test_helmholtz_pair() -> None:
    """(4/5)^{3/2} μ0 N I/R at the centre; it falls by (144/125)(z/R)⁴ only."""
    R, side = 0.1, 2e-4
    keys = {
        "shape": "helmholtz",
        "inner_diameter": f"{2 * R - side} m",
        "outer_diameter": f"{2 * R + side} m",
        "height": f"{side} m",
        "turns": 10,
        "current": "3 A",
        "axis": [0, 1, 1],
    }
    pair = windings([valid(Coil, keys)])
    axis = np.array([0, 1, 1]) / np.sqrt(2)
    z = np.array([0.0, 0.05, 0.1]) * R
    B = np.sum([flux_density(w, z[:, None] * axis) for w in pair], axis=0) @ axis
    assert B[0] == pytest.approx(0.8**1.5 * MU_0 * 30 / R, rel=1e-6)
    assert (1 - B[1] / B[0]) / 0.05**4 == pytest.approx(144 / 125, rel=0.02)
    assert (1 - B[2] / B[0]) / 0.1**4 == pytest.approx(144 / 125, rel=0.05)
    gradient = np.sum([field_and_gradient(w, np.zeros((1, 3)))[1] for w in pair], axis=0)
    assert np.abs(gradient).max() < 1e-9 * B[0] / R
    # A pair at the wrong distance is not flat.
    wide = windings([valid(Coil, {**keys, "separation": f"{1.1 * R} m"})])
    B = np.sum([flux_density(w, z[:, None] * axis) for w in wide], axis=0) @ axis
    assert abs(1 - B[1] / B[0]) / 0.05**4 > 10


def test_maxwell_pair() -> None:
    """dB/dz = 48 √3/(49 √7) μ0 N I/R² and no third derivative; B_ρ = −½ ρ dB/dz."""
    R, side = 0.1, 2e-4
    pair = windings(
        [
            valid(
                Coil,
                {
                    "shape": "maxwell",
                    "inner_diameter": f"{2 * R - side} m",
                    "outer_diameter": f"{2 * R + side} m",
                    "height": f"{side} m",
                    "turns": 10,
                    "current": "3 A",
                },
            )
        ]
    )
    x = np.array([[0.0, 0, 0], [0, 0, 0.05 * R], [0, 0, 0.1 * R]])
    parts = [field_and_gradient(w, x) for w in pair]
    B, gradient = (np.sum([p[k] for p in parts], axis=0) for k in (0, 1))
    slope = 48 * np.sqrt(3) / (49 * np.sqrt(7)) * MU_0 * 30 / R**2
    np.testing.assert_allclose(gradient[0], slope * np.diag([-0.5, -0.5, 1]), atol=1e-6 * slope)
    np.testing.assert_allclose(B[0], 0, atol=1e-12)
    change = 1 - gradient[1:, 2, 2] / slope
    assert abs(change[1]) < 1e-3 and change[1] / change[0] == pytest.approx(16, rel=0.05)


def test_wire() -> None:
    """μ0 I/(2πρ), right-handed; gradient by differences; Ampère's law."""
    w = coil(shape="wire", point=["1 mm", "2 mm", "3 mm"], axis=[1, 1, 0.3], current="50 A")
    x = np.random.default_rng(11).uniform(-0.02, 0.02, (50, 3))
    B, gradient = field_and_gradient(w, x)
    axis = w.rotation[:, 2]
    around = np.cross(axis, x - w.center)
    rho = np.linalg.norm(around, axis=1)
    exact = MU_0 * 50 / (2 * np.pi * rho**2)[:, None] * around
    assert relative(B, exact) < 1e-13
    assert relative(-B, exact) > 1.0
    near = rho > 2e-3
    numeric = differences(lambda p: flux_density(w, p), x[near], 1e-6)
    np.testing.assert_allclose(numeric, gradient[near], atol=1e-8 * np.abs(gradient).max())
    square = np.array([[1.0, 1, 0], [-1, 1, 0], [-1, -1, 0], [1, -1, 0]]) * 0.01
    assert circulation(lambda p: flux_density(w, p), in_lab(w, square)) == pytest.approx(50)
    assert (flux_density(w, w.center[None] + 0.01 * axis) == 0).all()


def test_same_on_chunks_and_empty() -> None:
    w = racetrack()
    x = np.random.default_rng(12).uniform(-0.1, 0.1, (20, 3))
    whole = field_and_gradient(w, x)
    parts = [field_and_gradient(w, p) for p in np.array_split(x, 3)]
    for k in (0, 1):
        np.testing.assert_array_equal(np.concatenate([p[k] for p in parts]), whole[k])
    assert flux_density(w, np.empty((0, 3))).shape == (0, 3)
    assert field_and_gradient(solenoid(), np.empty((0, 3)))[1].shape == (0, 3, 3)
    np.testing.assert_allclose(flux_density(w, x), whole[0], rtol=1e-14, atol=0)
