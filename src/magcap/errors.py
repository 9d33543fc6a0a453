"""The three ways in which magcap says no.

Every message is a sentence for the user: what must hold, what was found, what to try.
`CaseError` collects all faults of an input; the command line turns it into exit code 2,
`SolverError` into exit code 1. Anything else that escapes is a defect of magcap.
"""

from __future__ import annotations

from collections.abc import Sequence


class MagcapError(Exception):
    """Base of all errors that magcap raises on purpose."""

    exit_code = 1


class CaseError(MagcapError):
    """The input is wrong.

    Parameters
    ----------
    faults : str or sequence of str
        One sentence per fault, each naming its path in the case file, e.g.
        ``'`magnet[1].remanence` must be a magnetic flux density such as "1.3 T", got "13 kg".'``.
    """

    exit_code = 2

    def __init__(self, faults: str | Sequence[str]) -> None:
        self.faults: tuple[str, ...] = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(self.faults))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CaseError) and self.faults == other.faults

    def __hash__(self) -> int:
        return hash(self.faults)


class SolverError(MagcapError):
    """A solver or the machine failed: the reason, and what to try."""

    exit_code = 1
