"""One file of a run folder: what it is made from, how it is written and how it is read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from magcap.files import replacing
from magcap.postprocess.outcome import Outcome, once

from .writing import save_data


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class File[T]:
    """A file of a run folder, and the key of its content in `Datasets`.

    Attributes
    ----------
    name : str
        In the folder.
    of : callable
        Outcome → content; None where the run has none: then no file is written, and that of an
        earlier run goes.
    write : callable
        Writes the file of an outcome that has the content to a path.
    read : callable
        Path → content.
    """

    name: str
    of: Callable[[Outcome], T | None]
    write: Callable[[Path, Outcome], None]
    read: Callable[[Path], T]

    def made_from(self, outcome: Outcome) -> T | None:
        """The content, made at the first call only."""
        return once(self.of)(outcome)

    def save(self, folder: Path, outcome: Outcome) -> tuple[str, ...]:
        """Write the file whole or not at all; remove an old one where there is no content.

        Returns the names of what was written.
        """
        path = folder / self.name
        if self.made_from(outcome) is None:
            path.unlink(missing_ok=True)
            return ()
        with replacing(path) as temporary:
            self.write(temporary, outcome)
        return (self.name,)

    def load(self, folder: Path) -> T | None:
        """The content from the folder; None without the file."""
        path = folder / self.name
        return self.read(path) if path.is_file() else None


def vtk_file(name: str, of: Callable[[Outcome], Any]) -> File[Any]:
    """A VTK data set; one without points has no file."""

    def some(outcome: Outcome) -> Any:
        data = of(outcome)
        return None if data is None or data.n_points == 0 else data

    def write(path: Path, outcome: Outcome) -> None:
        save_data(path, file.made_from(outcome))

    def read(path: Path) -> Any:
        import pyvista as pv

        return pv.read(path)

    file: File[Any] = File(name=name, of=some, write=write, read=read)
    return file


def csv_file[T](
    name: str,
    of: Callable[[Outcome], T | None],
    write: Callable[[IO[Any], T], None],
    read: Callable[[Path], T | None],
) -> File[T]:
    """A table as text; `write` gets a text stream and the content."""

    def written(path: Path, outcome: Outcome) -> None:
        content = file.made_from(outcome)
        if content is not None:
            with path.open("w", encoding="utf-8", newline="") as stream:
                write(stream, content)

    def content_of(path: Path) -> T:
        content = read(path)
        if content is None:
            raise FileNotFoundError(path)
        return content

    file = File(name=name, of=of, write=written, read=content_of)
    return file
