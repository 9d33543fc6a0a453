"""The library of waveforms: flow rates over a heart beat by the name of an artery, with sources.

The tables lie in ``waveforms/`` as a user's own would, with their licenses; ``waveforms.toml``
lists them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from magcap.case import Inlet
from magcap.errors import CaseError
from magcap.tables import PeriodicFlow, Waveform, read_waveform


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryWaveform:
    """One entry of the library.

    Attributes
    ----------
    name, title : str
        What ``flow.inlet.waveform`` takes; the artery.
    radius : float
        In m, of the vessel that it was made for.
    aliases : tuple of str
        Further names.
    path : Path
        Of its table.
    """

    name: str
    title: str
    radius: float
    aliases: tuple[str, ...]
    path: Path

    @property
    def source(self) -> str:
        """Where the table comes from, as its first line says."""
        return self.path.read_text("utf-8").splitlines()[0].lstrip("# ")


@cache
def waveforms() -> Mapping[str, LibraryWaveform]:
    """The library by name."""
    here = Path(str(resources.files("magcap.library")))
    data = tomllib.loads(here.joinpath("waveforms.toml").read_text("utf-8"))
    return MappingProxyType(
        {
            name: LibraryWaveform(
                name=name,
                title=row["title"],
                radius=row["radius"],
                aliases=tuple(row["aliases"]),
                path=here / "waveforms" / f"{name}.csv",
            )
            for name, row in data.items()
        }
    )


def library_waveform(text: str) -> LibraryWaveform | None:
    """The entry that a waveform of a case names; None if it is no name of the library.

    >>> library_waveform("Carotid").title
    'common carotid artery'
    """
    plain = text.strip().lower().replace(" ", "-").replace("_", "-")
    for entry in waveforms().values():
        if plain in (entry.name, *entry.aliases):
            return entry
    return None


def waveform_of(text: str, folder: Path, where: str = "flow.inlet.waveform") -> Waveform:
    """The waveform that a case names: an entry of the library or a file.

    Parameters
    ----------
    text : str
    folder : Path
        To which the name of a file is relative.
    where : str
        Path in the case file, for messages.

    Raises
    ------
    CaseError
        If it is neither, or a file that is no waveform.
    """
    entry = library_waveform(text)
    if entry is not None:
        return read_waveform(entry.path, where)
    path = Path(folder, text).absolute()
    if "/" not in text and "." not in text and not path.exists():
        names = ", ".join(f'"{name}"' for name in waveforms())
        raise CaseError(
            f"`{where}` must be a CSV file of time and flow rate, which is not there, or a name of "
            f'the library ({names}), got "{text[:60]}".'
        )
    return read_waveform(path, where)


def pulse_of(inlet: Inlet, mean: float) -> PeriodicFlow:
    """The flow rate of an inlet over time.

    Parameters
    ----------
    inlet : Inlet
        With a waveform, its file by an absolute path, as a loaded case has it.
    mean : float
        Mean flow rate in m³/s.

    Raises
    ------
    CaseError
        If the inlet has no waveform, or its file is no longer one.
    """
    if inlet.waveform is None:
        raise CaseError("`flow.inlet.waveform` is needed for a pulse, got none.")
    return waveform_of(inlet.waveform, Path()).series().scaled(mean)


def pulses_of(inlets: Sequence[Inlet], means: Sequence[float]) -> tuple[PeriodicFlow, ...]:
    """The flow rates of several inlets over their period; one without a waveform is steady.

    Parameters
    ----------
    inlets : sequence of Inlet
        As of `pulse_of`.
    means : sequence of float
        Mean flow rates in m³/s.

    Raises
    ------
    CaseError
        If none has a waveform.
    """
    each = list(zip(inlets, means, strict=True))
    beating = [pulse_of(one, mean) for one, mean in each if one.waveform is not None]
    if not beating:
        raise CaseError("`flow.inlet.waveform` is needed for a pulse, got none.")
    found, period = iter(beating), beating[0].period
    return tuple(
        PeriodicFlow(period=period, mean=mean) if one.waveform is None else next(found)
        for one, mean in each
    )
