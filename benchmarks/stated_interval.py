"""How often the stated 95 % interval of the demo's captured fraction holds the mean of all seeds.

    python benchmarks/stated_interval.py [--seeds 200] [--count 2048]

A share of few seeds is uncertain itself: its own 95 % interval (Clopper and Pearson) is printed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from magcap.validation.coverage import coverage_under_a_magnet


def main() -> None:
    """Print both shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--count", type=int, default=2048)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="magcap-coverage-") as folder:
        for check in coverage_under_a_magnet(
            Path(folder), repeats=options.seeds, count=options.count
        ):
            print(f"{check.quantity}: {100 * check.computed:.1f} % of {options.seeds} seeds")


if __name__ == "__main__":
    main()
