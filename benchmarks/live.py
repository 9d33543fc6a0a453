"""Live design: the demo's magnet moved, 20 000 carriers of one kind, no mesh of the field.

    python benchmarks/live.py [--repeat 7] [--case examples/01_demo/case.toml]

Target: at most 3 s on two cores for the captured fraction with its interval. Beside it the start
(vessel, flow and seeds, with vessel and flow in the store) and the same question by `magcap.run`
without pictures. Run on a quiet machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import magcap

CASE = Path(__file__).parents[1] / "examples" / "01_demo" / "case.toml"


def main() -> None:
    """Print medians beside the target."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--case", type=Path, default=CASE)
    arguments = parser.parse_args()
    case = magcap.load(arguments.case)
    case = case.model_copy(update={"carrier": case.carrier[:1]})
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "stages"
        magcap.Live(case, store=store).changed()  # compiles, and fills the store
        start = time.perf_counter()
        live = magcap.Live(case, store=store)
        ready = time.perf_counter() - start
        answers = [
            live.move("magnet[1]", shift=(0.0, 0.0, -5e-4 * (turn + 1)))
            for turn in range(arguments.repeat)
        ]
        start = time.perf_counter()
        run = magcap.run(case, Path(name) / "run", figures=False, store=store)
        whole = time.perf_counter() - start
    seconds = statistics.median(answer.seconds for answer in answers)
    field = statistics.median(answer.field_seconds for answer in answers)
    print(f"{answers[0].released} carriers, {answers[0].carrier}")
    print(f"magnet moved      {seconds:6.2f} s  (target 3), {field:.2f} s of it the field")
    print(f"start             {ready:6.2f} s  with vessel and flow in the store")
    print(f"magcap.run        {whole:6.2f} s  no pictures, flow in the store")
    for answer in (answers[0], answers[-1]):
        low, high = answer.ci95
        print(f"  {100 * answer.value:.4f} % ({100 * low:.4f} to {100 * high:.4f})")
    here = run.summary["capture"][0]["efficiency_flux"]["value"]
    print(f"  the case itself by magcap.run: {100 * here:.4f} %")


if __name__ == "__main__":
    main()
