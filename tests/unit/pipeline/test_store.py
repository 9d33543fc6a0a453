"""Stage files: whole or absent, and what comes back is what went in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from magcap.files import replacing
from magcap.geometry.mesh import TetMesh
from magcap.pipeline import store
from magcap.pipeline.stage import digest_of_code
from magcap.solvers.results import FieldSample


def _sample() -> FieldSample:
    rng = np.random.default_rng(7)
    return FieldSample(
        points=rng.random((5, 3)),
        B=rng.random((5, 3)),
        grad_half_B2=rng.random((5, 3)),
        grad_B=rng.random((5, 3, 3)),
    )


def test_round_trip_is_exact(tmp_path: Path) -> None:
    sample = _sample()
    store.save(tmp_path / "x.npz", sample)
    back = store.load(tmp_path / "x.npz")
    assert isinstance(back, FieldSample)
    np.testing.assert_array_equal(back.grad_B, sample.grad_B)
    assert not back.B.flags.writeable


def test_mappings_and_mesh_come_back(tmp_path: Path) -> None:
    mesh = TetMesh(
        points=np.zeros((4, 3)),
        cells=np.array([[0, 1, 2, 3]]),
        cell_tags=np.array([1]),
        facets=np.array([[0, 1, 2]]),
        facet_tags=np.array([2]),
        regions={"lumen": 1},
        boundaries={"wall": 2},
    )
    store.save(tmp_path / "m.npz", mesh)
    back = store.load(tmp_path / "m.npz")
    assert back.boundaries == {"wall": 2}
    assert back.facets_of("wall").shape == (1, 3)


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_damaged_file_counts_as_absent(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "x.npz"
    store.save(path, _sample())
    path.write_bytes(path.read_bytes()[:keep])
    assert store.load(path) is None


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    store.save(path, _sample())
    before = path.read_bytes()

    with pytest.raises(OSError, match="No space"), replacing(path):
        raise OSError(28, "No space left on device")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.npz"]


def test_unknown_things_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot store"):
        store.save(tmp_path / "x.npz", object())


def test_digest_of_code_sees_what_lies_below_a_room(tmp_path: Path) -> None:
    inner = tmp_path / "solvers" / "flow"
    inner.mkdir(parents=True)
    (inner / "steady.py").write_text("a = 1\n")
    (tmp_path / "errors.py").write_text("b = 1\n")
    before = digest_of_code(tmp_path, ("solvers", "errors"))
    (inner / "steady.py").write_text("a = 2\n")
    after = digest_of_code(tmp_path, ("solvers", "errors"))
    (tmp_path / "errors.py").write_text("b = 2\n")
    assert len({before, after, digest_of_code(tmp_path, ("solvers", "errors"))}) == 3


def test_digest_of_code_refuses_a_room_without_code(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no code in solvers\.flow"):
        digest_of_code(tmp_path, ("solvers.flow",))
