"""Where things are: the checkout and, beside it, the third-party data that tests may read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
#: Not part of the repository: tests that need it skip where it is absent, and say so.
SHARED = ROOT.parent / "shared"
EXAMPLES = ROOT / "examples"
