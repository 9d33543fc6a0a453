"""The compiled sums of the extraction formula against NumPy and against each other."""

from __future__ import annotations

import numpy as np

from magcap.arrays import FloatArray
from magcap.solvers.error._extraction_kernels import moments
from magcap.solvers.reaction import fields

RNG = np.random.default_rng(3)
POINTS = RNG.uniform(2.0, 3.0, (5, 3))
PLACES = RNG.uniform(-1.0, 1.0, (40, 3))
DIPOLES = RNG.normal(size=(40, 3))
CHARGES = RNG.normal(size=40)


def potential(x: FloatArray) -> float:
    """Σ (m·r/r³ + q/r)/4π: the dipoles and charges at one point."""
    r = x - PLACES
    length = np.linalg.norm(r, axis=1)
    terms = np.einsum("si,si->s", DIPOLES, r) / length**3 + CHARGES / length
    return float(terms.sum() / (4.0 * np.pi))


def minus_gradient(x: FloatArray, h: float = 1e-4) -> FloatArray:
    """By central differences."""
    shifts = h * np.eye(3)
    return -np.array([(potential(x + s) - potential(x - s)) / (2.0 * h) for s in shifts])


def compiled(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """B, shape (n, 3), and its gradient, shape (n, 3, 3)."""
    sources = np.ascontiguousarray([*PLACES.T, *DIPOLES.T, CHARGES])
    result = fields(np.ascontiguousarray(points), sources)
    return result[:, :3], result[:, 3:].reshape(-1, 3, 3)


def test_fields_are_gradients_of_the_potential() -> None:
    B, gradient = compiled(POINTS)
    expected = np.array([minus_gradient(x) for x in POINTS])
    np.testing.assert_allclose(B, expected, rtol=1e-6)
    h = 1e-5
    for axis in range(3):
        shift = h * np.eye(3)[axis]
        slope = (compiled(POINTS + shift)[0] - compiled(POINTS - shift)[0]) / (2.0 * h)
        np.testing.assert_allclose(gradient[:, :, axis], slope, rtol=1e-5, atol=1e-8)


def test_moments_are_the_transpose_of_fields() -> None:
    vectors, tensors = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3, 3))
    B, gradient = compiled(POINTS)
    forward = np.sum(vectors * B) + np.sum(tensors * gradient)
    weights = moments(PLACES, POINTS, vectors, tensors)
    backward = np.sum(weights[:, :3] * DIPOLES) + weights[:, 3] @ CHARGES
    np.testing.assert_allclose(backward, forward, rtol=1e-12)
    wrong = np.sum(weights[:, :3] * DIPOLES) - weights[:, 3] @ CHARGES  # the control
    assert abs(wrong - forward) > 0.01 * abs(forward)
