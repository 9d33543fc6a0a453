"""Closed forms against 60 digits, against magpylib, and where they are apt to fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from helpers.magnets import body, box_points, scene_with
from magcap.geometry.bodies import BodyShape
from magcap.geometry.scene import MagnetBody
from magcap.geometry.scene.to_magpylib import to_magpylib
from magcap.solvers.exact import field_strength, sample

J = (0.3, -0.4, 1.2)
TURN = Rotation.from_rotvec([0.3, -0.4, 0.5]).as_matrix()
CUBOID = body(BodyShape.CUBOID, (2.0, 2.4, 3.0), J)
CYLINDER = body(BodyShape.CYLINDER, (2.0, 3.0), J)

# Point, μ0 H and its gradient (xx, xy, xz, yy, yz, zz): the same formulas of Yang and of Derby and
# Olbert with mpmath at 60 digits, the gradient by central differences with a step of 1e-20.
# Near, far, beside extended faces and edges, on the axis and where the cylinder's ways change.
CUBOID_TABLE = [
    (
        (2, 0.3, 0.1),
        (0.04566151805851112, 0.04449281974925006, -0.08802230745886509),
        (
            -0.041400821484513614,
            -0.046599057694141036,
            0.07758939617039295,
            0.0213533736653149,
            0.00824340094553556,
            0.020047447819198715,
        ),
    ),
    (
        (10, 3, 5),
        (0.0010556392487750441, 0.0006749679972274128, -0.00024865783525801244),
        (
            -0.0002497492866643722,
            -0.0001929010844910472,
            -1.3046644163289595e-05,
            4.549701129182026e-05,
            -4.341892090950557e-05,
            0.00020425227537255197,
        ),
    ),
    (
        (30, 20, -40),
        (-1.2907531990926084e-05, -4.199517516274778e-06, 5.459208097668297e-06),
        (
            3.3404260840110915e-07,
            3.237031897159686e-07,
            -5.558529968197243e-07,
            -2.3217082907503646e-07,
            -1.8823970547212993e-07,
            -1.0187177932607267e-07,
        ),
    ),
    (
        (1.0000001, 3, 0.2),
        (-0.01794377003623934, -0.007405732788015765, -0.03754465211460612),
        (
            0.002220299149323719,
            0.01623372614762668,
            0.010430108350934766,
            0.00077838448688342,
            0.02872946954416696,
            -0.002998683636207139,
        ),
    ),
    (
        (1.0000001, 1.2000001, 5),
        (0.0030704029297104704, 0.009893032251478575, 0.01661792304095823),
        (
            0.005112986998423834,
            -0.0013415617652008513,
            -0.002679791736653107,
            0.00306755055278632,
            -0.006591840588857993,
            -0.008180537551210154,
        ),
    ),
    (
        (-1.00001, -1.2001, -3),
        (0.022216659339983524, 0.04896823815288556, 0.04882343179247995),
        (
            -0.022999735616547348,
            0.018529183858075175,
            0.02521255865156808,
            -0.0043001236398400615,
            0.0471391620061885,
            0.02729985925638741,
        ),
    ),
    (
        (1e-09, 2e-09, 3),
        (-0.014753359002640921, 0.018262867279109862, 0.11380203775261061),
        (
            0.06059595234526034,
            3.148582734316812e-12,
            0.015148988007634014,
            0.05292231792551053,
            -0.017640772774414348,
            -0.11351827027077087,
        ),
    ),
]
CYLINDER_TABLE = [
    (
        (2, 0.3, 0.1),
        (0.030032160893693715, 0.03811508649355011, -0.058969046911475684),
        (
            -0.02549867782035991,
            -0.051539484949295486,
            0.054021856861337494,
            0.012050028235177567,
            0.007086107752832865,
            0.01344864958518234,
        ),
    ),
    (
        (10, 3, 5),
        (0.0006896284609204728, 0.00044371813562014083, -0.00016405295476264458),
        (
            -0.00016291488563066332,
            -0.00012710591046344948,
            -7.820303936660356e-06,
            2.9373046348916992e-05,
            -2.8447761000490106e-05,
            0.00013354183928174633,
        ),
    ),
    (
        (30, 20, -40),
        (-8.44884507579585e-06, -2.7497734585730004e-06, 3.5726161313973864e-06),
        (
            2.1870064773796362e-07,
            2.1198600298474437e-07,
            -3.6380137178546494e-07,
            -1.519480300926032e-07,
            -1.2325631423596636e-07,
            -6.675261764536043e-08,
        ),
    ),
    (
        (1e-05, 2e-05, 3),
        (-0.01080977603262517, 0.014414639392685736, 0.08648185890481358),
        (
            0.04814056175113098,
            2.872383699347277e-08,
            0.012034447338751935,
            0.048140245717227005,
            -0.01604822814683987,
            -0.09628080746835799,
        ),
    ),
    (
        (0.0999, 1e-09, 2),
        (-0.017512077533544786, 0.051325682033349244, 0.31252618205205374),
        (
            0.21322173192369578,
            -0.0021149141997570536,
            0.026663626201569604,
            0.2100318701673014,
            -0.069481895111051,
            -0.4232536020909972,
        ),
    ),
    (
        (0.1001, 1e-09, 2),
        (-0.017469432218660184, 0.05132525862249648, 0.3125315095984314),
        (
            0.21323141699420864,
            -0.0021191943740468903,
            0.026611836718656773,
            0.210035080783691,
            -0.0694818952729505,
            -0.42326649777789965,
        ),
    ),
    (
        (1.000001, 1e-09, 0.2),
        (0.18388061404408076, 0.17099607110907594, -0.14006055726842065),
        (
            -0.3151639366082746,
            -0.39029573577774107,
            0.10131291796330552,
            0.3121273542338465,
            -0.006468517990683866,
            0.0030365823744280857,
        ),
    ),
    (
        (0.6, 0.5, 1.500001),
        (0.17425244767690173, 0.2997095897946891, 0.5648365196077657),
        (
            0.6634522977911581,
            0.2124601760306724,
            0.09975308791226443,
            0.5868485350579171,
            -0.1385406015000804,
            -1.2503008328490752,
        ),
    ),
    (
        (3, 1e-09, 1.5000001),
        (0.03234372713335279, 0.007938069454846264, -0.006041552473660428),
        (
            -0.029112931169804256,
            -0.00661378186438931,
            9.592901809342476e-05,
            0.0127657597338952,
            -0.0026018077852607282,
            0.016347171435909056,
        ),
    ),
]


def gradient_of(six: tuple[float, ...]) -> Any:
    """The symmetric tensor of six numbers."""
    return np.array(six)[[[0, 1, 2], [1, 3, 4], [2, 4, 5]]]


@pytest.mark.parametrize(
    ("magnet", "row"),
    [(CUBOID, row) for row in CUBOID_TABLE] + [(CYLINDER, row) for row in CYLINDER_TABLE],
)
def test_sixty_digits(magnet: MagnetBody, row: Any) -> None:
    point, H, six = row
    points = np.array([point])
    got = sample(scene_with([magnet]), points)
    field = field_strength(scene_with([magnet]), points)
    # 1e-16 (r/a)³ of rounding; 1e-9 at 1e-7 from an edge's extension is that of the point itself.
    size = max(1.0, float(np.linalg.norm(point))) ** 3
    np.testing.assert_allclose(field[0], H, rtol=0, atol=1e-14 * size * np.abs(H).max())
    exact = gradient_of(six)
    np.testing.assert_allclose(
        got.grad_B[0], exact, rtol=0, atol=3e-14 * size * np.abs(exact).max()
    )


SHAPES = [
    (BodyShape.CUBOID, (0.01, 0.02, 0.015)),
    (BodyShape.CYLINDER, (0.02, 0.01)),
    (BodyShape.RING, (0.008, 0.02, 0.01)),
    (BodyShape.SPHERE, (0.02,)),
]


@pytest.mark.parametrize(("shape", "dimensions"), SHAPES)
@pytest.mark.parametrize("half", [0.008, 0.03, 0.2])
def test_magpylib(shape: BodyShape, dimensions: tuple[float, ...], half: float) -> None:
    """In any pose, inside, near and far: 1e-9 of the field, 1e-13 of the polarisation."""
    magnet = body(shape, dimensions, (0.4, -0.3, 1.0), center=(0.003, 0, -0.002), rotation=TURN)
    points = box_points((0.003, 0.0, -0.002), half, 300)
    reference = np.asarray(to_magpylib(magnet).getB(points))
    B = sample(scene_with([magnet]), points).B
    size = np.linalg.norm(reference, axis=1, keepdims=True)
    assert (np.abs(B - reference) <= 1e-9 * size + 1e-12).all()


@pytest.mark.parametrize(("shape", "dimensions"), SHAPES)
def test_the_gradient_is_that_of_the_field(shape: BodyShape, dimensions: tuple[float, ...]) -> None:
    """Fourth-order differences of B itself, in any pose, inside and outside."""
    magnet = body(shape, dimensions, (0.4, -0.3, 1.0), center=(0.003, 0, -0.002), rotation=TURN)
    points = np.concatenate(
        [box_points((0.02, 0.01, 0.0), 0.004, 40), box_points((0.0105, 0, -0.002), 0.0005, 10)]
    )
    h = 2e-6
    got = sample(scene_with([magnet]), points).grad_B
    for axis in range(3):
        step = h * np.eye(3)[axis]
        f = [sample(scene_with([magnet]), points + k * step).B for k in (1, -1, 2, -2)]
        slope = (8.0 * (f[0] - f[1]) - (f[2] - f[3])) / (12.0 * h)
        np.testing.assert_allclose(got[:, :, axis], slope, rtol=0, atol=1e-8 * np.abs(got).max())


def test_points_on_faces_count_as_inside() -> None:
    """H there is the limit from inside, B − H the polarisation."""
    faces = np.array([(1, 0.3, 0.2), (-1, 0.3, 0.2), (0.2, 1.2, 0.1), (0.2, 0.1, -1.5)])
    for magnet, points in (
        (CUBOID, faces),
        (CYLINDER, np.array([(1.0, 0, 0.2), (0, -1.0, 0.3), (0.3, 0.2, 1.5)])),
    ):
        inward = points * (1 - 1e-9)
        H = field_strength(scene_with([magnet]), points)
        np.testing.assert_allclose(
            H, field_strength(scene_with([magnet]), inward), rtol=0, atol=1e-7
        )
        B = sample(scene_with([magnet]), points).B
        np.testing.assert_allclose(B - H, np.tile(J, (len(points), 1)), atol=1e-12)


def test_edges_and_corners_give_numbers() -> None:
    points = np.array([(1, 1.2, 1.5), (1, 1.2, 0), (-1, 0.3, -1.5), (1, 1.2, 3), (0, 0, 0)])
    rim = np.array([(1.0, 0, 1.5), (0, 1.0, -1.5), (0, 0, 1.5), (0, 0, 0), (1.0, 0, 4.0)])
    for magnet, places in ((CUBOID, points), (CYLINDER, rim)):
        got = sample(scene_with([magnet]), places.astype(float))
        assert np.isfinite(got.B).all()
        assert np.isfinite(got.grad_B).all()


def test_the_same_for_any_split_of_the_points() -> None:
    points = box_points((0, 0, 0), 3.0, 101)
    whole = sample(scene_with([CUBOID, CYLINDER]), points)
    one = [sample(scene_with([CUBOID, CYLINDER]), points[i : i + 1]).grad_B for i in range(101)]
    np.testing.assert_array_equal(whole.grad_B, np.concatenate(one))


def test_the_oracle_sees_a_wrong_gradient() -> None:
    """A sign in one entry is far beyond the tolerances above."""
    point, _, six = CUBOID_TABLE[0]
    wrong = gradient_of(six) * np.array([[1, -1, 1], [-1, 1, 1], [1, 1, 1]])
    got = sample(scene_with([CUBOID]), np.array([point])).grad_B[0]
    assert np.abs(got - wrong).max() > 1e-3 * np.abs(got).max()
