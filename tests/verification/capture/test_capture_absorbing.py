"""Drift, Brownian motion, wall mobility and shear to absorbing walls against finite volumes.

A slit 0 < z < H with Poiseuille's flow, spheres of radius a that drift towards z = 0 with the bulk
speed v, both walls absorbing at contact. In the steady state, with the distance d to the nearer
wall and the gap h = d/a − 1,

    u f(h) ∂c/∂x = ∂/∂z [D λ(h) ∂c/∂z + v λ(h) c],   c = 0 at z = a and z = H − a,

λ by Brenner's series (constant below a gap of 0.01 a, where the code says that spheres are rough),
f the lag in shear of Goldman, Cox and Brenner. Carriers enter as the blood does, u of them at every
height. Exponentially fitted finite volumes in z, the exact exponential in x.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

from helpers import capture_lumens as lumens, sphere_by_wall as law
from helpers.capture_lumens import VISCOSITY
from magcap.arrays import FloatArray
from magcap.constants import K_B

A, HEIGHT, MEAN, D = 0.5e-6, 10e-6, 1e-3, 1e-12


def bernoulli(x: FloatArray) -> FloatArray:
    """x/(eˣ − 1)."""
    small = np.abs(x) < 1e-8
    safe = np.where(small, 1.0, x)
    return np.where(small, 1 - x / 2, safe / np.expm1(safe))


def speed(z: FloatArray) -> FloatArray:
    return np.asarray(6 * MEAN * z * (HEIGHT - z) / HEIGHT**2)


def absorbed(peclet: float, graetz: float, cells: int, *, radius: float = A) -> tuple[float, float]:
    """Shares that end at z = a and at z = H − a; points (radius 0) do not feel the wall."""
    wall = radius > 0
    s = np.linspace(-1, 1, cells + 1)  # faces crowd at both contacts
    faces = HEIGHT / 2 + (HEIGHT / 2 - radius) * np.sin(np.pi / 2 * s)
    z, size = 0.5 * (faces[1:] + faces[:-1]), np.diff(faces)

    def gap(x: FloatArray) -> FloatArray:
        return np.asarray(np.minimum(x, HEIGHT - x) / radius - 1)

    along = law.lag(np.maximum(gap(z), 1e-6)) if wall else np.ones(cells)
    v = peclet * D / HEIGHT
    nodes = np.concatenate([[faces[0]], z, [faces[-1]]])
    between, mobility = np.diff(nodes), np.ones(cells + 1)
    if wall:  # in series: the mean of 1/λ between the centres
        x, weight = np.polynomial.legendre.leggauss(8)
        inside = nodes[:-1, None] + 0.5 * (x + 1) * between[:, None]
        mobility = 2 / (weight / law.towards(gap(inside).ravel()).reshape(inside.shape)).sum(axis=1)
    p = v * between / D
    # flux upwards through a face, c below and above: (Dλ/δ)[B(p) c_below − B(−p) c_above], drift −v
    up, down = D * mobility / between * np.stack([bernoulli(p), bernoulli(-p)])
    matrix = np.diag(-(up[1:] + down[:-1])) + np.diag(down[1:-1], 1) + np.diag(up[1:-1], -1)
    carried = speed(z) * along * size
    length = graetz * MEAN * HEIGHT**2 / D
    start = 1 / along
    end = expm(matrix / carried[:, None] * length) @ start
    summed = np.linalg.solve(matrix, carried * (end - start))
    entered = (carried * start).sum()
    return float(down[0] * summed[0] / entered), float(up[-1] * summed[-1] / entered)


def by_the_tracer(
    peclet: float,
    graetz: float,
    n: int,
    *,
    radius: float = A,
    wall: bool = True,
    warmth: float = 1.0,
) -> tuple[float, float]:
    length = graetz * MEAN * HEIGHT**2 / D
    lumen, pairs = lumens.channel(length, HEIGHT, 12, 12)
    u = np.zeros_like(lumen.mesh.points)
    u[:, 0] = speed(lumen.mesh.points[:, 2])
    mesh = lumens.join(lumens.pack(lumen, u, (0, 0, -1)), lumen, pairs)
    how = lumens.motion(
        n,
        2 * radius,
        peclet * D / HEIGHT,
        wall=wall,
        sphere=wall,
        brownian=True,
        temperature=warmth * D * 6 * np.pi * VISCOSITY * radius / K_B,
    )
    _, ensemble = lumens.captured(lumen, mesh, how)
    held = ensemble.state == 1
    low = ensemble.position[:, 2] < HEIGHT / 2
    return float((held & low).mean()), float((held & ~low).mean())


@pytest.mark.parametrize(("peclet", "graetz"), [(0.0, 0.1), (5.0, 0.1)])
def test_finite_volumes_converge(peclet: float, graetz: float) -> None:
    coarse, middle, fine = (np.array(absorbed(peclet, graetz, n)) for n in (50, 100, 200))
    assert np.abs(fine - middle).max() < 0.35 * np.abs(middle - coarse).max()
    assert np.abs(fine - middle).max() < 1e-3


def test_finite_volumes_of_points_are_the_series() -> None:
    """Without the wall's mobility and for small a: the published channel values."""
    for peclet, graetz, exact in ((5.0, 0.1, 0.6797628), (0.0, 0.03, 0.2698874)):
        assert sum(absorbed(peclet, graetz, 300, radius=0.0)) == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize(
    ("peclet", "graetz", "radius"),
    [(0.0, 0.2, A), (8.0, 0.1, A), (0.0, 0.05, 50e-9), (0.0, 0.05, 10e-9), (5.0, 0.1, 10e-9)],
)
def test_tracer_is_the_continuum(peclet: float, graetz: float, radius: float) -> None:
    n = 12_000
    exact = absorbed(peclet, graetz, 200, radius=radius)
    found_twice = by_the_tracer(peclet, graetz, n, radius=radius)
    for found, share in zip(found_twice, exact, strict=True):
        lumens.assert_fraction(found, share, n, level=0.013)


def test_planted_errors_are_seen() -> None:
    """Without the wall's mobility, and with twice the temperature."""
    n = 6_000
    exact = sum(absorbed(8.0, 0.1, 200))
    for wrong in (
        by_the_tracer(8.0, 0.1, n, wall=False),
        by_the_tracer(8.0, 0.1, n, warmth=2.0),
    ):
        with pytest.raises(AssertionError, match="against"):
            lumens.assert_fraction(sum(wrong), exact, n, level=0.02)
