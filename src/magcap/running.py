"""What the commands on runs do: run a case, and make report, pictures or view of a run's folder."""

from __future__ import annotations

from pathlib import Path

from magcap.errors import CaseError


def run_case(path: Path, folder: Path | None, *, force: bool, figures: bool, verbose: bool) -> None:
    """Run the case file `path` into `folder` and print the outcome.

    Raises
    ------
    CaseError
        If the case is wrong.
    SolverError
        If the run fails.
    """
    from magcap.check import warnings
    from magcap.estimate import flow_numbers
    from magcap.loading import load_with_outline
    from magcap.progress import mpi_rank, reporter
    from magcap.runlog import logged

    case, shape = load_with_outline(path)
    folder = folder or Path("runs") / path.stem
    _check_folder(folder)
    with reporter() as said, logged(folder, said, verbose=verbose) as progress:
        for note in warnings(case, flow_numbers(case, shape)):
            progress.warn(note)
        from magcap.pipeline import run

        result = run(case, folder, force=force, figures=figures, reporter=progress)
    if mpi_rank() == 0:
        for line in outcome(result.summary):
            print(line)
        print(f"Results: {folder}")


def _check_folder(folder: Path) -> None:
    """A run goes into a folder of its own."""
    for parent in (folder, *folder.parents):
        if parent.exists() and not parent.is_dir():
            raise CaseError(f"The output {folder} cannot be a folder: {parent} is a file.")


def outcome(summary: dict[str, object]) -> list[str]:
    """The captured share of each carrier, one line each."""
    lines = []
    captures = summary.get("capture")
    for entry in captures if isinstance(captures, list) else []:
        flux = entry["efficiency_flux"]
        low, high = flux["ci95"]
        lines.append(
            f"{entry['carrier']}: {100 * flux['value']:.2f} % captured "
            f"(95 % interval {100 * low:.2f} to {100 * high:.2f} %), "
            f"regime: {entry['regime']['name']}"
        )
    return lines


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
    """Draw the pictures of the run in `folder` from its stored stages."""
    from magcap.loading import load
    from magcap.pipeline import run

    case = load(run_folder(folder) / "case.toml")
    run(case, folder, figures=True)
    return sorted((folder / "figures").glob("*.png"))


def view_of(folder: Path) -> None:
    """Show the run in `folder` in the browser."""
    from magcap.loading import load
    from magcap.pipeline import run

    case = load(run_folder(folder) / "case.toml")
    run(case, folder, figures=False).plot()
