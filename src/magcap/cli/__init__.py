"""The command line: commands, exit codes, `check`, listings, starter cases; see `app`."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from .app import main as app

    app()
