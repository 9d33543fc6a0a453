"""Rotations of bodies: matrices whose columns are the body's axes in the lab."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from magcap.arrays import FloatArray
from magcap.case import Rotation


def rotation_matrix(axis: Sequence[float], angle: float) -> FloatArray:
    """Right-handed rotation by `angle` in rad about `axis` (Rodrigues).

    >>> (rotation_matrix((0, 0, 1), np.pi / 2) @ [1.0, 0.0, 0.0]).round(12).tolist()
    [0.0, 1.0, 0.0]
    """
    x, y, z = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    K = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle) * K + (1.0 - math.cos(angle)) * (K @ K))


def turn_z_to(axis: Sequence[float]) -> FloatArray:
    """The smallest rotation that takes z to `axis`; for −z, half a turn about x.

    >>> (turn_z_to((1, 0, 0)) @ [0.0, 0.0, 1.0]).round(12).tolist()
    [1.0, 0.0, 0.0]
    """
    direction = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    cross = np.cross([0.0, 0.0, 1.0], direction)
    sine = float(np.linalg.norm(cross))
    if sine < 1e-12:
        return np.eye(3) if direction[2] > 0 else np.diag([1.0, -1.0, -1.0])
    return rotation_matrix(cross.tolist(), math.atan2(sine, float(direction[2])))


def body_rotation(axis: Sequence[float] | None, rotation: Rotation | None) -> FloatArray:
    """Rotation of a body's own axes into the lab's, from the case's `axis` or `rotation`."""
    if rotation is not None:
        return rotation_matrix(rotation.axis, rotation.angle)
    return turn_z_to(axis or (0.0, 0.0, 1.0))


def rotation_angle_axis(rotation: FloatArray) -> tuple[float, tuple[float, float, float]]:
    """Angle in rad and unit axis of a rotation matrix.

    >>> rotation_angle_axis(np.diag([1.0, -1.0, -1.0]))
    (3.141592653589793, (1.0, 0.0, 0.0))
    """
    from scipy.spatial.transform import Rotation

    vector = Rotation.from_matrix(rotation).as_rotvec()
    angle = float(np.linalg.norm(vector))
    if angle < 1e-14:
        return 0.0, (0.0, 0.0, 1.0)
    x, y, z = (vector / angle).tolist()
    return angle, (x, y, z)
