"""Results -> the files of a run folder, and back to what pictures and report need.

Every file is written under a temporary name beside it, flushed to the disk and renamed, so that
a reader finds a whole file or none.

    summary.json       the numbers             case.toml        the complete case
    field.vtu          B on the field mesh     flow.vtu         flow and field on the lumen
    capture.vtp        wall density, carriers  carriers.parquet one row a carrier
    paths.vtp          some trajectories       magnets.vtp      surfaces of magnets, iron, coils
    depth.csv          field, force and drift against depth
    planes.csv         the field on planes     section.vts      ... in the plane of the vessel
    five_gauss.vtp     where |B| is 0.5 mT     lumen.vtu        without flow: field on the lumen
    grid_NAME.vti      the field on a grid     grid_NAME.csv    ... as text
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from magcap.case import Case
from magcap.errors import CaseError
from magcap.files import replacing, write_text
from magcap.geometry.mesh import FieldMesh, Lumen
from magcap.geometry.scene import MagneticScene
from magcap.postprocess.numbers import json_safe
from magcap.reading import case_toml as case_toml
from magcap.solvers.results import CaptureResult, FlowField, MagneticField


def write_results(
    folder: str | Path,
    *,
    case: Case,
    lumen: Lumen,
    field_mesh: FieldMesh | None,
    scene: MagneticScene,
    field: MagneticField,
    flow: FlowField | None,
    capture: CaptureResult | None,
    summary: dict[str, Any],
) -> Any:
    """Write all files of a run; returns the data sets (`magcap.postprocess.files.datasets`)."""
    from magcap.postprocess.numbers import write_depth, write_planes

    from .carriers import write_carriers
    from .datasets import assemble
    from .grids import write_grids

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    datasets = assemble(
        case, lumen=lumen, field_mesh=field_mesh, scene=scene, field=field, flow=flow,
        capture=capture, summary=summary,
    )  # fmt: skip
    write_case(folder, case)
    for name, data in (
        ("field.vtu", datasets.field),
        ("flow.vtu", None if flow is None else datasets.flow),
        ("lumen.vtu", datasets.flow if flow is None else None),
        ("capture.vtp", datasets.capture),
        ("paths.vtp", datasets.paths),
        ("magnets.vtp", datasets.bodies),
        ("section.vts", datasets.section),
        ("five_gauss.vtp", datasets.stray),
    ):
        _write_grid(folder / name, data)
    if capture is None:
        (folder / "carriers.parquet").unlink(missing_ok=True)
    else:
        with replacing(folder / "carriers.parquet") as path:
            write_carriers(path, lumen, capture)
    _write_csv(folder / "depth.csv", datasets.depth, write_depth)
    _write_csv(folder / "planes.csv", datasets.planes or None, write_planes)
    write_grids(folder, case.grid, field)
    write_summary(folder, summary)
    return datasets


def read_results(folder: str | Path) -> Any:
    """The data sets of a finished run, from its files alone.

    Raises
    ------
    CaseError
        If the folder holds no finished run.
    """
    from magcap.postprocess.numbers import read_depth, read_planes
    from magcap.reading import load

    from .carriers import read_ends
    from .datasets import Datasets

    folder = Path(folder)
    summary = read_summary(folder)
    names = [str(item["carrier"]) for item in summary["capture"]]
    alone = (folder / "lumen.vtu").is_file()  # only the field was asked for
    whole = () if alone else ("flow.vtu", "capture.vtp", "carriers.parquet")
    missing = [name for name in ("case.toml", *whole) if not (folder / name).is_file()]
    if missing:
        raise CaseError(
            f"`{folder}` must hold a finished run, but {', '.join(missing)} is missing. "
            "Run the case again: finished stages are reused."
        )
    return Datasets(
        case=load(folder / "case.toml"),
        summary=summary,
        field=_read_grid(folder / "field.vtu"),
        flow=_read_grid(folder / ("lumen.vtu" if alone else "flow.vtu")),
        capture=_read_grid(folder / "capture.vtp"),
        paths=_read_surface(folder / "paths.vtp"),
        bodies=_read_surface(folder / "magnets.vtp"),
        stray=_read_surface(folder / "five_gauss.vtp"),
        section=_read_grid(folder / "section.vts"),
        ends=read_ends(folder / "carriers.parquet", names) if not alone else (),
        depth=read_depth(folder / "depth.csv"),
        planes=read_planes(folder / "planes.csv"),
    )


def write_summary(folder: str | Path, summary: dict[str, Any]) -> None:
    """Write summary.json."""
    text = json.dumps(json_safe(summary), indent=2, ensure_ascii=False, allow_nan=False)
    write_text(Path(folder) / "summary.json", text + "\n")


def read_summary(folder: str | Path) -> dict[str, Any]:
    """Content of summary.json.

    Raises
    ------
    CaseError
        If there is none or it is damaged.
    """
    path = Path(folder) / "summary.json"
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CaseError(
            f"`{folder}` must be the folder of a finished run, but it has no summary.json. "
            "Make one with `magcap run CASE.toml`."
        ) from None
    except (OSError, ValueError) as fault:
        raise CaseError(f"`{path}` cannot be read: {fault}. Run the case again.") from None
    if not isinstance(summary, dict) or "capture" not in summary:
        raise CaseError(f"`{path}` is not the summary of a run. Run the case again.")
    return summary


def write_case(folder: Path, case: Case) -> None:
    """Write case.toml, complete with all defaults."""
    header = "# What was run, complete with every default; made by magcap.\n"
    write_text(folder / "case.toml", header + case_toml(case))


def _write_grid(path: Path, data: Any) -> None:
    """Write a VTK data set; nothing (and no old file) for an absent or empty one."""
    if data is None or data.n_points == 0:
        path.unlink(missing_ok=True)
        return
    with replacing(path) as temporary:
        data.save(temporary)


def _read_grid(path: Path) -> Any:
    import pyvista as pv

    return pv.read(path) if path.is_file() else None


def _read_surface(path: Path) -> Any:
    import pyvista as pv

    return pv.read(path) if path.is_file() else pv.PolyData()


def _write_csv[T](path: Path, data: T | None, write: Callable[[IO[Any], T], None]) -> None:
    """Write a table as text; nothing (and no old file) without data."""
    if data is None:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    write(text, data)
    write_text(path, text.getvalue())
