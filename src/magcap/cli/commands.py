"""What the commands on runs do: run a case, and make report, pictures or view of a run's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from magcap.errors import CaseError

if TYPE_CHECKING:
    from magcap.pipeline import FieldResult


#: What `magcap run --study` knows.
STUDIES = ("mesh",)


def run_case(
    path: Path,
    folder: Path | None,
    study: str | None = None,
    *,
    force: bool,
    figures: bool,
    verbose: bool,
) -> None:
    """Run the case file `path` into `folder`, with a study of its mesh if asked, and print.

    Raises
    ------
    CaseError
        If the case or the name of the study is wrong.
    SolverError
        If the run fails.
    """
    from magcap.parallel import world
    from magcap.pipeline import logged, occupied_by_case, reporter
    from magcap.reading import load_with_outline

    from .check import warnings
    from .flow_numbers import flow_numbers

    if study is not None and study not in STUDIES:
        raise CaseError(f'`--study` must be {" or ".join(STUDIES)}, got "{study}".')
    case, shape = load_with_outline(path)
    _check_folder(folder or Path("runs"))
    with (
        occupied_by_case(path, folder, world()) as place,
        reporter() as said,
        logged(place, said, verbose=verbose) as progress,
    ):
        for note in warnings(case, flow_numbers(case, shape)):
            progress.warn(note)
        from magcap.pipeline import run
        from magcap.study import mesh_study

        compute = mesh_study if study == "mesh" else run
        result = compute(case, place, force=force, figures=figures, reporter=progress)
    _print_outcome(result)


def field_of(path: Path, folder: Path | None, *, force: bool, figures: bool, verbose: bool) -> None:
    """Compute only the field of the case file `path` into `folder` and print it.

    Raises
    ------
    CaseError
        If the case is wrong.
    SolverError
        If the field cannot be had.
    """
    from magcap.parallel import world
    from magcap.pipeline import logged, occupied_by_case, reporter
    from magcap.reading import load

    case = load(path)
    _check_folder(folder or Path("runs"))
    with (
        occupied_by_case(path, folder, world(), suffix="-field") as place,
        reporter() as said,
        logged(place, said, verbose=verbose) as progress,
    ):
        from magcap.pipeline import run_field

        result = run_field(case, place, force=force, figures=figures, reporter=progress)
    _print_outcome(result)


def mesh_of(path: Path, file: Path) -> None:
    """Write the meshes of the case file `path`: the lumen into `file`, the field beside it.

    Raises
    ------
    CaseError
        If the case, or the end of the file's name, is wrong.
    SolverError
        If a mesh cannot be made.
    """
    from magcap.geometry.volume_meshes import FORMATS, boundary_tables, write_mesh
    from magcap.pipeline import meshes_of, reporter
    from magcap.reading import load

    if file.suffix.lower() not in FORMATS:
        raise CaseError(f'`--output` must end with {", ".join(FORMATS)}, got "{file.name}".')
    case = load(path)
    with reporter() as said:
        lumen, field = meshes_of(case, reporter=said)
    write_mesh(file, lumen.mesh)
    print(f"{file}: {len(lumen.mesh.cells)} cells of order 2, coordinates in m.")
    if field is not None:
        beside = file.with_name(f"{file.stem}-field{file.suffix}")
        write_mesh(beside, field.mesh)
        print(f"{beside}: {len(field.mesh.cells)} cells of the magnetic field.")
    print(f"A case reads the lumen again by:\n\n{boundary_tables(file, lumen.mesh)}")


def compare_of(folders: list[Path], picture: Path, carrier: str | None) -> None:
    """Draw the runs in `folders` against depth into `picture`, print and write the table.

    Raises
    ------
    CaseError
        If a folder holds no run with a depth curve, or no run has the carrier.
    """
    from rich.console import Console

    from magcap.postprocess.report import compare, comparison_tables, read_runs, write_comparison

    runs = read_runs([run_folder(folder) for folder in folders], carrier)
    table = picture.with_suffix(".csv")
    compare(picture, runs)
    write_comparison(table, runs)
    Console().print(comparison_tables(runs))
    print(f"Written: {picture}, {table}")


def _print_outcome(result: FieldResult) -> None:
    """The numbers of a run on the terminal, by rank 0."""
    from magcap.pipeline import mpi_rank

    if mpi_rank() != 0:
        return
    from rich.console import Console

    from magcap.postprocess.report import print_summary

    print_summary(result.summary, Console())
    print(f"Results: {result.folder}")


def _check_folder(folder: Path) -> None:
    """A run goes into a folder of its own."""
    for parent in (folder, *folder.parents):
        if parent.exists() and not parent.is_dir():
            raise CaseError(f"The output {folder} cannot be a folder: {parent} is a file.")


def run_folder(folder: Path) -> Path:
    """`folder` if it holds a run.

    Raises
    ------
    CaseError
        Otherwise.
    """
    if not (folder / "summary.json").is_file():
        raise CaseError(f"{folder} holds no finished run: it has no summary.json.")
    return folder


def report_of(folder: Path) -> Path:
    """Write report.html of the run in `folder`."""
    from magcap.postprocess.report import write_report

    return Path(write_report(run_folder(folder)))


def render_of(folder: Path) -> list[Path]:
    """Draw the pictures of the run in `folder` again, from its files."""
    from magcap.postprocess.answer import render_folder

    return render_folder(run_folder(folder))


def view_of(folder: Path) -> Path:
    """Write view.html of the run in `folder` and open it in the browser."""
    from magcap.postprocess.report import view

    return view(run_folder(folder))


def validate(parts: list[str], *, markdown: bool) -> bool:
    """Run the reference checks of `parts`, print each as it is done; whether all passed.

    Raises
    ------
    CaseError
        If a part is not known.
    """
    from magcap.validation import PARTS, as_line, as_markdown, run_checks

    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise CaseError(f"PART must be one of {', '.join(PARTS)}, got {', '.join(unknown)}.")
    checks = []
    for check in run_checks(parts):
        checks.append(check)
        if not markdown:
            print(as_line(check), flush=True)
    if markdown:
        print(as_markdown(checks))
    return all(check.passed for check in checks)
