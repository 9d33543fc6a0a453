"""Digests of magcap's own code, so that no number is served that older code computed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from magcap.files import digest, file_digest

_CODE = (".py", ".pyi", ".toml")


@cache
def code_digest(*rooms: str) -> str:
    """Hash of the code and tables of rooms of magcap: ``code_digest("geometry", "solvers.flow")``.

    A room is a folder with all that lies below it, or one module; a door's names (``.pyi``) are
    code as well, since they say from which file a name is imported.
    """
    return digest_of_code(Path(__file__).parents[1], rooms)


def digest_of_code(root: Path, rooms: tuple[str, ...]) -> str:
    """`code_digest` of the tree below `root`.

    Raises
    ------
    FileNotFoundError
        If a room has no code: a digest of nothing would serve stale results.
    """
    files: dict[str, str] = {}
    for room in rooms:
        place = root.joinpath(*room.split("."))
        found = [path for path in sorted(place.rglob("*")) if path.suffix in _CODE]
        found = found or [path for path in map(place.with_suffix, _CODE) if path.is_file()]
        if not found:
            raise FileNotFoundError(f"magcap has no code in {room}")
        files |= {str(path.relative_to(root)): file_digest(path) for path in found}
    return digest(sorted(files.items()))
