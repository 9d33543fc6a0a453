"""Stage files: whole or absent, and what comes back is what went in."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from helpers.stores import sample_of_field, use_a_store
from magcap.errors import CaseError
from magcap.files import replacing
from magcap.geometry.mesh import TetMesh
from magcap.pipeline import Freed, Stages, Store, digest_of_code, npz, open_store
from magcap.pipeline.progress import Silent
from magcap.pipeline.store import LIMIT
from magcap.solvers.results import FieldSample
from magcap.stored import class_of, stored


def test_round_trip_is_exact(tmp_path: Path) -> None:
    sample = sample_of_field()
    npz.save(tmp_path / "x.npz", sample)
    back = npz.load(tmp_path / "x.npz")
    assert isinstance(back, FieldSample)
    np.testing.assert_array_equal(back.grad_B, sample.grad_B)
    assert not back.B.flags.writeable


def test_large_arrays_are_mapped_and_outlive_their_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(npz, "MAPPED", 100)
    sample, path = sample_of_field(), tmp_path / "x.npz"
    npz.save(path, sample)
    back = npz.load(path)
    assert isinstance(back.grad_B, np.memmap)
    assert not back.grad_B.flags.writeable
    path.unlink()
    np.testing.assert_array_equal(back.grad_B, sample.grad_B)


def test_damage_in_a_mapped_array_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample, path = sample_of_field(), tmp_path / "x.npz"
    npz.save(path, sample)
    monkeypatch.setattr(npz, "MAPPED", 100)
    content = path.read_bytes()
    place = content.index(sample.grad_B.tobytes())
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    assert npz.load(path) is None


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
    npz.save(tmp_path / "m.npz", mesh)
    back = npz.load(tmp_path / "m.npz")
    assert back.boundaries == {"wall": 2}
    assert back.facets_of("wall").shape == (1, 3)


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_damaged_file_counts_as_absent(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "x.npz"
    npz.save(path, sample_of_field())
    path.write_bytes(path.read_bytes()[:keep])
    assert npz.load(path) is None


def _swap(arrays: dict[str, np.ndarray]) -> None:
    arrays["a0"], arrays["a1"] = arrays["a1"], arrays["a0"]


#: Damages that leave a sound archive: what they do to its arrays.
DAMAGES: dict[str, Callable[[dict[str, np.ndarray]], None]] = {
    "zeros": lambda arrays: arrays.update(a1=np.zeros_like(arrays["a1"])),
    "swapped": _swap,
    "another type": lambda arrays: arrays.update(a1=arrays["a1"].astype(np.float32)),
    "another shape": lambda arrays: arrays.update(a1=arrays["a1"].reshape(3, 5)),
    "one bit": lambda arrays: arrays["a1"].view(np.uint8).__setitem__((0, 0), 7),
    "an array gone": lambda arrays: arrays.__delitem__("a1"),
    "one more": lambda arrays: arrays.update(a9=np.ones(3)),
    "no digest": lambda arrays: arrays.__delitem__("digest"),
    "no tree": lambda arrays: arrays.__delitem__("tree"),
    "a list for a tree": lambda arrays: arrays.update(tree=np.frombuffer(b"[1]", np.uint8)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_sound_archive_of_wrong_content_counts_as_absent(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    npz.save(path, sample_of_field())
    with np.load(path) as data:
        arrays = {name: data[name].copy() for name in data.files}
    np.savez(path, **arrays)
    assert npz.load(path) is not None
    DAMAGES[damage](arrays)
    np.savez(path, **arrays)
    assert npz.load(path) is None


def test_a_pickle_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, tree=np.array([print], dtype=object))
    assert npz.load(path) is None
    path.write_bytes(pickle.dumps(sample_of_field()))
    assert npz.load(path) is None
    path.unlink()
    os.mkfifo(path)
    assert npz.load(path) is None


@pytest.mark.parametrize("seed", range(60))
def test_no_damage_is_served_or_escapes(seed: int, tmp_path: Path) -> None:
    """Bytes overwritten, cut out and repeated anywhere in the file."""
    path, rng = tmp_path / "x.npz", np.random.default_rng(seed)
    npz.save(path, sample_of_field())
    whole = path.read_bytes()
    at, size = int(rng.integers(len(whole) - 64)), int(rng.integers(1, 64))
    middle = [rng.bytes(size), b"", bytes(size), 2 * whole[at : at + size]][seed % 4]
    path.write_bytes(whole[:at] + middle + whole[at + size :])
    back = npz.load(path)
    if back is not None:  # what zip does not need, such as a date
        np.testing.assert_array_equal(back.grad_B, sample_of_field().grad_B)
        np.testing.assert_array_equal(back.points, sample_of_field().points)


def test_a_damaged_or_renamed_result_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = _store(tmp_path / ".stages")
    assert store.load("field", _key(1), FieldSample) is None
    assert not caplog.text, "nothing is no damage"
    store.save("field", _key(1), sample_of_field())
    shutil.copy(store.folder / f"field-{_key(1)}.npz", store.folder / f"field-{_key(2)}.npz")
    assert store.load("field", _key(2), FieldSample) is None
    assert f".stages/field-{_key(2)}.npz is damaged; it is computed anew" in caplog.text
    assert store.load("field", _key(1), FieldSample) is not None


def test_a_store_that_takes_nothing_does_not_end_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said: list[str] = []
    reporter = Silent()
    reporter.warn = said.append  # type: ignore[method-assign, assignment]
    stages = Stages(
        store=_store(tmp_path / "file" / "store"),
        comm=SimpleNamespace(size=1, rank=0),
        reporter=reporter,
    )
    stage = SimpleNamespace(name="field", root_only=False)
    assert stages._computed(stage, _key(1), lambda: 3) == 3  # type: ignore[arg-type]
    assert "cannot be kept" in said[0]
    assert "Not a directory" in said[0]


def test_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    npz.save(path, sample_of_field())
    before = path.read_bytes()

    with pytest.raises(OSError, match="No space"), replacing(path):
        raise OSError(28, "No space left on device")
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.npz"]


def test_unknown_things_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot store"):
        npz.save(tmp_path / "x.npz", object())


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


@pytest.mark.parametrize("room", ["flow", "flow.__init__"])
def test_digest_of_code_sees_the_names_at_a_door(room: str, tmp_path: Path) -> None:
    (tmp_path / "flow").mkdir()
    (tmp_path / "flow" / "__init__.py").write_text("")
    door = tmp_path / "flow" / "__init__.pyi"
    door.write_text("from .steady import solve as solve\n")
    before = digest_of_code(tmp_path, (room,))
    door.write_text("from .unsteady import solve as solve\n")
    assert digest_of_code(tmp_path, (room,)) != before


def test_digest_of_code_refuses_a_room_without_code(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no code in solvers\.flow"):
        digest_of_code(tmp_path, ("solvers.flow",))


def _key(number: int) -> str:
    return f"{number:016x}"


def _store(folder: Path, *, limit: int = LIMIT) -> Store:
    return Store(folder=folder, limit=limit)


def _age(store: Store, name: str, key: str, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(store.folder / f"{name}-{key}.npz", (then, then))


def test_a_result_of_another_class_counts_as_absent(tmp_path: Path) -> None:
    store = _store(tmp_path)
    store.save("field", _key(1), sample_of_field())
    assert store.load("field", _key(1), FieldSample) is not None
    assert store.load("field", _key(1), TetMesh) is None
    assert store.load("field", _key(2), FieldSample) is None


def test_what_was_used_least_recently_goes_first(tmp_path: Path) -> None:
    for number in range(4):
        _store(tmp_path).save("field", _key(number), sample_of_field())
        _age(_store(tmp_path), "field", _key(number), 100.0 - number)
    size = _store(tmp_path).entries()[0].size
    assert _store(tmp_path).load("field", _key(0), FieldSample) is not None  # now the youngest
    freed = _store(tmp_path, limit=2 * size).prune()
    assert freed == Freed(2, 2 * size)
    left = {entry.path.name for entry in _store(tmp_path).entries()}
    assert left == {f"field-{_key(0)}.npz", f"field-{_key(3)}.npz"}


def test_a_run_keeps_what_it_uses_however_small_the_limit(tmp_path: Path) -> None:
    store = _store(tmp_path, limit=0)
    store.save("vessel mesh", _key(1), sample_of_field())
    store.save("field", _key(2), sample_of_field())
    assert len(store.entries()) == 2
    _store(tmp_path, limit=0).save("flow", _key(3), sample_of_field())
    assert [entry.path.name for entry in store.entries()] == [f"flow-{_key(3)}.npz"]
    assert store.load("field", _key(2), FieldSample) is None, "another run removed it"


def test_clean_removes_only_what_the_store_wrote(tmp_path: Path) -> None:
    store = _store(tmp_path)
    store.save("field", _key(1), sample_of_field())
    store.save("flow", _key(2), sample_of_field())
    (tmp_path / "notes.txt").write_text("precious")
    (tmp_path / "points.npz").write_bytes(b"mine")
    _age(store, "flow", _key(2), 86_400.0)
    size = sum(entry.size for entry in store.entries())
    assert store.clean(dry_run=True) == Freed(2, size)
    assert store.clean(older_than=3600.0).files == 1
    assert store.load("field", _key(1), FieldSample) is not None
    assert store.clean().files == 1
    assert {path.name for path in tmp_path.iterdir()} == {"notes.txt", "points.npz"}


def test_clean_of_nothing_and_of_everything(tmp_path: Path) -> None:
    store = _store(tmp_path / "none")
    assert store.clean() == Freed(0, 0)
    store.save("field", _key(1), sample_of_field())
    store.clean()
    assert not store.folder.exists()


def test_unfinished_files_of_killed_runs_go_after_a_day(tmp_path: Path) -> None:
    store = _store(tmp_path)
    with replacing(tmp_path / f"flow-{_key(1)}.npz") as temporary:
        temporary.write_bytes(b"half")
        shutil.copy(temporary, tmp_path / "half")
        name = temporary.name
    shutil.move(tmp_path / "half", tmp_path / name)
    (tmp_path / f"flow-{_key(1)}.npz").unlink()
    assert store.prune() == Freed(0, 0), "another run may be writing it"
    os.utime(tmp_path / name, (0.0, 0.0))
    assert store.prune() == Freed(1, 4)


def test_runs_at_the_same_time_do_not_break_each_other(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(use_a_store, [tmp_path] * 3, range(3)))
    assert sum(found) > 0
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_place_of_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAGCAP_STORE", raising=False)
    monkeypatch.delenv("MAGCAP_STORE_GB", raising=False)
    assert open_store(Path("runs")).folder == Path("runs/.stages")
    assert open_store(Path("runs")).limit == 4_000_000_000
    monkeypatch.setenv("MAGCAP_STORE", str(tmp_path))
    monkeypatch.setenv("MAGCAP_STORE_GB", "0.5")
    assert open_store(Path("runs")) == Store(folder=tmp_path, limit=500_000_000)
    assert open_store(Path("runs"), "here").folder == Path("here")


@pytest.mark.parametrize("size", ["much", "-1", "nan", "inf"])
def test_a_wrong_size_is_told(size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGCAP_STORE_GB", size)
    with pytest.raises(CaseError, match="MAGCAP_STORE_GB must be the size"):
        open_store(Path("runs"))


def test_a_stored_class_is_found_by_its_module(tmp_path: Path) -> None:
    npz.save(tmp_path / "x.npz", sample_of_field())
    code = (
        "import sys; from pathlib import Path; from magcap.pipeline import npz\n"
        "assert 'magcap.solvers.results.field' not in sys.modules\n"
        "print(type(npz.load(Path(sys.argv[1]))).__name__)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "x.npz")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == "FieldSample\n"


@pytest.mark.parametrize("name", ["magcap.files:Path", "os:PathLike", "magcap.gone:Class"])
def test_a_file_cannot_name_just_any_class(name: str) -> None:
    with pytest.raises(LookupError):
        class_of(name)


def test_only_dataclasses_are_stored() -> None:
    with pytest.raises(TypeError, match="only a dataclass"):
        stored(Path)
