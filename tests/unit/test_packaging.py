"""The namespace and the build: three folders and a front must be one package for everyone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.places import ROOT

FOLDERS = ("geometry", "solvers", "postprocess")


def test_links_are_relative_and_resolve() -> None:
    for name in FOLDERS:
        link = ROOT / "src" / "magcap" / name
        assert link.is_symlink()
        assert str(link.readlink()) == f"../../{name}"
        assert (link / "__init__.py").is_file()


@pytest.mark.slow
def test_wheel_has_every_module_of_the_checkout(tmp_path: Path) -> None:
    uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
    if not Path(uv).exists():
        pytest.skip("uv is not installed")
    subprocess.run(
        [uv, "build", "--wheel", "-q", "-o", str(tmp_path), "--python", sys.executable, str(ROOT)],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    built = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("magcap/")}
    front = {f"magcap/{p.relative_to(ROOT / 'src' / 'magcap')}" for p in _sources(ROOT / "src")}
    for name in FOLDERS:
        front |= {f"magcap/{name}/{p.relative_to(ROOT / name)}" for p in _sources(ROOT / name)}
    assert front - built == set()


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, magcap.cli\n"
        "heavy = {'numpy', 'pydantic', 'dolfinx', 'gmsh', 'pyvista', 'numba', 'magpylib', 'pint'}\n"
        "print(','.join(sorted(heavy & set(sys.modules))))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == ""


def _sources(folder: Path) -> list[Path]:
    """Python, TOML and template files below a folder, links not followed."""
    kinds = {".py", ".pyi", ".toml", ".j2", ".typed"}
    return [
        path
        for path in folder.rglob("*")
        if path.suffix in kinds and not any(parent.is_symlink() for parent in path.parents)
    ]
