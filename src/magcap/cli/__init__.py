"""The command line: commands, exit codes, checks, listings, starter cases.

In: arguments and a case file or a run's folder. Out: files, text and an exit code: 0 done, 1 a
solver or the machine failed, 2 the input is wrong, 130 interrupted; no traceback reaches a user.

Open `app.py` first: every command in its order, each of which imports what it needs, so that
``magcap --help`` is there at once. `commands.py` works on runs, `check.py` and `estimate.py` say
what follows from a case without solving it, `exit_codes.py` turns errors into sentences,
`listings.py` shows the libraries, `templates/` holds starter cases.
"""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from .app import main as app

    app()
