"""What pip-audit found, in words; reads its JSON from standard input.

Exit code 0 if no package has a known fault, 1 if one has, 3 if nothing was checked.
"""

from __future__ import annotations

import json
import sys


def told(text: str, service: str) -> tuple[list[str], int]:
    """Lines for the user and the exit code."""
    try:
        packages = json.loads(text)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return [], 3
    checked = [one for one in packages if "vulns" in one and not one.get("skip_reason")]
    if not checked:
        return [], 3
    lines = [
        f"audit: {one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault.get('fix_versions') or ['no version yet'])}"
        for one in checked
        for fault in one["vulns"]
    ]
    left = sorted(one["name"] for one in packages if one not in checked)
    skipped = f"; not known there: {', '.join(left)}" if left else ""
    end = f"audit: {len(checked)} packages checked against {service}{skipped}"
    return [*lines, f"{end}; {len(lines)} known faults"], 1 if lines else 0


if __name__ == "__main__":
    said, code = told(sys.stdin.read(), sys.argv[1])
    if said:
        print("\n".join(said))
    raise SystemExit(code)
