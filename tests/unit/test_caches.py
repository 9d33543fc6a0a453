"""Where compiled code goes when the home folder takes none."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from magcap import caches

PROGRAM = """
import os
import magcap
from magcap import caches
import numba
from numba.core.caching import UserWideCacheLocator as Place
print(caches.note())
print(os.environ.get("XDG_CACHE_HOME"), Place(caches.note, caches.__file__).get_cache_path())
"""


@pytest.mark.parametrize("home", ["/dev/null", "/proc/nothing"])
def test_a_home_that_takes_nothing(home: str, tmp_path: Path) -> None:
    names = ("XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR")
    environment = {name: text for name, text in os.environ.items() if name not in names}
    environment |= {"HOME": home, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    said, places = done.stdout.splitlines()
    assert "Set the variable XDG_CACHE_HOME" in said
    (made,) = tmp_path.glob("magcap-cache-*")
    assert str(made) in said
    assert places.split()[0] == str(made)
    assert places.split()[1].startswith(str(made))


def test_a_usual_home_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    monkeypatch.setattr(caches, "_notes", [])
    caches.prepare()
    assert caches.note() == ""
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "new")


def test_the_fallback_is_nobody_else_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = caches.fallback()
    assert place == tmp_path / f"magcap-cache-{os.getuid()}"
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert caches.fallback() == place, "the next run finds what is compiled"
    place.chmod(0o777)
    assert caches.fallback() != place
    place.rmdir()
    place.symlink_to(tmp_path)
    assert caches.fallback() != place


def test_a_full_disk_is_spared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, home = Path(caches.__file__).parent, tmp_path / "home"
    full = {package}
    monkeypatch.setattr(caches, "has_room", lambda folder: folder not in full)
    monkeypatch.setattr(caches, "_notes", [])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")  # so that what is set below is taken back
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    caches.prepare()
    assert os.environ["NUMBA_CACHE_DIR"] == str(home / "numba")
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    full.add(home)
    caches.prepare()
    assert os.environ["NUMBA_CACHE_DIR"] == str(caches.fallback() / "numba")
    assert "XDG_CACHE_HOME" in caches.note()
