"""The whole demo, cold in its folder and with only the magnet moved; start-up of the command.

    python benchmarks/demo.py [--repeat 3]

Targets: the demo at most 120 s warm (kernels and forms compiled) and 4 GB on two cores; with the
magnet moved, 20 000 carriers of one kind and no pictures at most 15 s; `magcap --help` 0.3 s.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAGCAP = Path(sys.executable).parent / "magcap"
CASE = Path(__file__).parents[1] / "examples" / "01_demo" / "case.toml"


def seconds(*arguments: str) -> float:
    """Wall time of ``magcap`` with `arguments`."""
    start = time.perf_counter()
    subprocess.run([str(MAGCAP), *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def one_kind(text: str) -> str:
    """The case with its first carrier only, 20 000 of them."""
    first, second = [match.start() for match in re.finditer(r"^\[\[carrier\]\]", text, re.M)]
    end = text.index("[capture]")
    assert first < second < end
    return text[:second] + text[end:]


def main() -> None:
    """Print medians beside the targets."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case, moved = folder / "case.toml", folder / "moved.toml"
        text = one_kind(CASE.read_text())
        case.write_text(text)
        seconds("run", str(case), "-o", str(folder / "one"), "--no-figures")
        whole = [
            seconds("run", str(CASE), "-o", str(folder / "all"), "--force") for _ in range(repeat)
        ]
        again = []
        for i in range(repeat):
            moved.write_text(text.replace('"-25 mm"', f'"-{25.5 + 0.5 * i} mm"'))
            again.append(seconds("run", str(moved), "-o", str(folder / "one"), "--no-figures"))
    helps = [seconds("--help") for _ in range(5 * repeat)]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    print(f"whole demo with pictures       {statistics.median(whole):7.1f} s  (target 120)")
    print(f"largest memory                 {peak:7.2f} GiB (target 4)")
    print(f"magnet moved, 20 000 carriers  {statistics.median(again):7.1f} s  (target 15)")
    print(f"magcap --help                  {statistics.median(helps):7.2f} s  (target 0.3)")


if __name__ == "__main__":
    main()
