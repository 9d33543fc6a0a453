"""The command line: ``magcap COMMAND``.

Exit codes: 0 done, 1 a solver or the machine failed, 2 the input is wrong, 130 interrupted, 143
ended by SIGTERM.
Nothing heavy is imported here: ``magcap --help`` takes a fraction of a second.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import signals, streams
from .exit_codes import guarded

app = typer.Typer(
    name="magcap",
    help="Magnet, vessel, flow, labelled carriers: how much of the dose stays, and why.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,  # rich's help takes 0.4 s to import
    pretty_exceptions_enable=False,
)

CaseFile = Annotated[Path, typer.Argument(metavar="CASE.toml", help="The case file.")]
RunFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a run.")]
Force = Annotated[bool, typer.Option("--force", help="Compute every stage anew.")]
Figures = Annotated[
    bool, typer.Option("--figures/--no-figures", help="Make pictures and the report.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of a defect.")]


def _version(asked: bool) -> None:
    if asked:
        from magcap.version import __version__

        print(f"magcap {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
@guarded
def new(
    name: Annotated[str, typer.Argument(help="Name of the case; NAME.toml is written.")],
    template: Annotated[
        str,
        typer.Option(
            "--template",
            "-t",
            help="tube, bend, stenosis, bifurcation, surface, halbach, beads, iron or "
            "electromagnet.",
        ),
    ] = "tube",
    debug: Debug = False,
) -> None:
    """Write a commented starter case that runs as it is."""
    from magcap.cli.templates import write_template

    path = write_template(name, template)
    print(f"{path} written; next: magcap check {path}, then magcap run {path}.")


@app.command()
@guarded
def check(case: CaseFile, debug: Debug = False) -> None:
    """Read and validate a case, print its derived numbers."""
    from .check import print_check

    print_check(case)


@app.command()
@guarded
def run(
    case: CaseFile,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Default: runs/<name>.",
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(
            "--study", metavar="mesh", help="mesh: on a coarse, a medium and a fine mesh as well."
        ),
    ] = None,
    force: Force = False,
    figures: Figures = True,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Run a case; finished stages are reused."""
    from .commands import run_case

    run_case(case, output, study, force=force, figures=figures, verbose=verbose)


@app.command()
@guarded
def field(
    case: CaseFile,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Default: runs/<case name>-field."),
    ] = None,
    force: Force = False,
    figures: Figures = True,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Compute only the magnetic field of a case: depth report, safety, loads."""
    from .commands import field_of

    field_of(case, output, force=force, figures=figures, verbose=verbose)


@app.command()
@guarded
def mesh(
    case: CaseFile,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="FILE.msh (Gmsh 2.2), FILE.vtu or FILE.xdmf."
        ),
    ] = Path("lumen.msh"),
    debug: Debug = False,
) -> None:
    """Write the lumen of a case with its tags and, as FILE-field, the mesh of the field."""
    from .commands import mesh_of

    mesh_of(case, output)


@app.command()
@guarded
def compare(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Folders of runs.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.png", help="The figure; a CSV beside.")
    ] = Path("comparison.png"),
    carrier: Annotated[
        str | None,
        typer.Option("--carrier", "-c", help="Name of the carrier; default: the first in all."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Compare the fields and forces of several runs against depth."""
    from .commands import compare_of

    compare_of(folders, output, carrier)


@app.command()
@guarded
def report(folder: RunFolder, debug: Debug = False) -> None:
    """Write the self-contained report.html of a run."""
    from .commands import report_of

    print(report_of(folder))


@app.command()
@guarded
def render(folder: RunFolder, debug: Debug = False) -> None:
    """Draw the pictures of a run again."""
    from .commands import render_of

    for path in render_of(folder):
        print(path)


@app.command()
@guarded
def view(folder: RunFolder, debug: Debug = False) -> None:
    """Show a run in 3-D in the browser."""
    from .commands import view_of

    print(view_of(folder))


@app.command()
@guarded
def runs(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder of runs; default: runs.")
    ] = Path("runs"),
    debug: Debug = False,
) -> None:
    """List the finished runs below a folder: title, date, headline numbers, size."""
    from .housekeeping import print_runs

    print_runs(folder)


@app.command()
@guarded
def clean(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder of runs; default: runs.")
    ] = Path("runs"),
    older_than: Annotated[
        float | None,
        typer.Option("--older-than", metavar="DAYS", help="Only what was not used for so long."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go and remove nothing.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Remove the stages that are kept for reuse by runs; the runs themselves stay."""
    from .housekeeping import print_clean

    print_clean(folder, older_than=older_than, dry_run=dry_run)


@app.command()
@guarded
def validate(
    part: Annotated[
        list[str] | None, typer.Argument(help="field, flow, capture or laboratory; default: all.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a Markdown table.")] = False,
    debug: Debug = False,
) -> None:
    """Compute reference cases and compare; exit code 1 if one is off."""
    from .commands import validate as run_checks

    if not run_checks(part or [], markdown=markdown):
        raise SystemExit(1)


@app.command()
@guarded
def carriers(
    filter_: Annotated[
        str | None, typer.Argument(metavar="[FILTER]", help="Show entries with this word.")
    ] = None,
    debug: Debug = False,
) -> None:
    """List the library of carriers with sources."""
    from .listings import print_carriers

    print_carriers(filter_)


@app.command()
@guarded
def materials(
    filter_: Annotated[
        str | None, typer.Argument(metavar="[FILTER]", help="Show entries with this word.")
    ] = None,
    debug: Debug = False,
) -> None:
    """List magnet grades, soft iron, tissues and waveforms with sources."""
    from .listings import print_materials

    print_materials(filter_)


@app.command()
@guarded
def schema(debug: Debug = False) -> None:
    """Print the JSON Schema of the case file."""
    import json

    from magcap.reading import case_schema

    print(json.dumps(case_schema(), indent=2, ensure_ascii=False))


def main() -> None:
    """Entry point of the ``magcap`` command."""
    streams.install()
    signals.install()
    try:
        app()
    except signals.Ended as ended:  # before a command has begun, or after its end
        raise SystemExit(128 + ended.number) from None
