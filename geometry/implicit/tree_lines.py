"""A tree of lines with radii: from a file to lines, ends and how they hang together.

The lines are those that VMTK writes: one from the inlet to each outlet, which run together in the
trunk, or one for each branch. An end of a line is joined where it lies inside another line's tube
that goes on beyond it; all others are open ends, and those of several lines at one place are one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from magcap.arrays import FloatArray
from magcap.errors import CaseError
from magcap.geometry.surfaces import UNITS
from magcap.inputs import VtkLines, check_file, read_vtk_lines

from .level import End
from .tree_tubes import Line, resampled

#: Larger files are refused unread; lines, and points of all of them at most.
MAX_BYTES, MOST_LINES, MOST_POINTS = 64 * 2**20, 200, 100_000
#: Largest distance from the origin in m; smallest radius in m; largest radius over the smallest.
FARTHEST, THINNEST, MOST_NARROWED = 100.0, 1e-6, 100.0
#: Names of the array of radii.
RADII = ("MaximumInscribedSphereRadius", "Radius", "radius", "R")
#: Points nearer to each other than this share of the radius are one.
CLOSE = 0.2
#: Ends nearer than this, and ends inside a tube by this, are at one place, in radii.
TOGETHER, INSIDE = 0.35, 0.6


def read_lines(file: Path, unit: str) -> tuple[Line, ...]:
    """The lines of a VTP file, without points that lie upon each other.

    Raises
    ------
    CaseError
        With all faults that were found.
    """
    path = file.expanduser()
    if path.suffix.lower() != ".vtp":
        raise CaseError(
            f'`vessel.file` must be the centrelines of a tree as VTP, got "{path.name}"; '
            "`vmtkcenterlines -ofile tree.vtp` writes them."
        )
    check_file(path, "`vessel.file`", most=MAX_BYTES, hint="Take fewer points along the lines.")
    try:
        found = read_vtk_lines(path)
    except ValueError as error:
        raise CaseError(f'`vessel.file`: "{path}" cannot be read as VTP: {error}.') from None
    radius = _radii(path, found)
    numbers = [found.nodes[a:b] for a, b in zip(found.offsets[:-1], found.offsets[1:], strict=True)]
    if not numbers:
        raise CaseError(
            f"`vessel.file` must hold lines (a centreline with its branches), got none in {path}."
        )
    faults = _faults(path, found, radius, numbers, UNITS[unit])
    if faults:
        raise CaseError(faults)
    size = UNITS[unit]
    lines = [_thinned(size * found.points[row], size * radius[row]) for row in numbers]
    short = [i for i, line in enumerate(lines, start=1) if len(line.points) < 2]
    if short:
        raise CaseError(
            f"`vessel.file`: line {short[0]} of {path} is shorter than a fifth of its radius; "
            "each line needs two points that lie apart."
        )
    return tuple(lines)


def _radii(path: Path, found: VtkLines) -> FloatArray:
    for name in RADII:
        if name in found.scalars:
            return found.scalars[name]
    names = ", ".join(found.scalars) or "none"
    raise CaseError(
        f"`vessel.file` must hold the radius at its points in an array {RADII[0]}, got {names} in "
        f"{path}; `vmtkcenterlines` writes it."
    )


def _faults(
    path: Path, found: VtkLines, radius: FloatArray, lines: list[np.ndarray], size: float
) -> list[str]:
    """What is wrong with the lines."""
    faults = []
    used = np.unique(np.concatenate(lines))
    if len(lines) > MOST_LINES or len(used) > MOST_POINTS:
        return [
            f"`vessel.file` must have at most {MOST_LINES} lines with {MOST_POINTS} points, got "
            f"{len(lines)} with {len(used)} in {path}; take the part around the magnets."
        ]
    for number, row in enumerate(lines, start=1):
        if len(row) < 2:
            faults.append(
                f"`vessel.file` must have at least 2 points in each line, got {len(row)} in line "
                f"{number} of {path}."
            )
        elif row[0] == row[-1] or np.array_equal(found.points[row[0]], found.points[row[-1]]):
            faults.append(
                f"`vessel.file`: line {number} of {path} ends where it starts; a vessel that runs "
                "in a circle is not solved for. Cut it open."
            )
    r = size * radius[used]
    if not (np.isfinite(found.points[used]).all() and np.isfinite(r).all()):
        return [*faults, f"`vessel.file`: coordinates or radii of {path} are not finite numbers."]
    bad = used[np.argmin(r)]
    if r.min() <= 0.0:
        faults.append(
            f"`vessel.file` must have positive radii, got {radius[bad]:g} at point {bad} of {path}."
        )
    elif r.min() < THINNEST or r.max() > MOST_NARROWED * r.min():
        faults.append(
            f"`vessel.file` must have radii of at least {THINNEST:g} m that differ by at most "
            f"{MOST_NARROWED:g} times, got {r.min():.3g} to {r.max():.3g} m in {path}; is "
            "`vessel.unit` right?"
        )
    far = size * float(np.abs(found.points[used]).max())
    if far > FARTHEST:
        faults.append(
            f"`vessel.file` must stay within {FARTHEST:g} m of the origin, got {far:.3g} m in "
            f"{path}; is `vessel.unit` right?"
        )
    return faults


def _thinned(points: FloatArray, radius: FloatArray) -> Line:
    """Without points that are nearer than `CLOSE` radii to the one before; the ends stay."""
    kept = [0]
    for i in range(1, len(points)):
        if np.linalg.norm(points[i] - points[kept[-1]]) > CLOSE * radius[i]:
            kept.append(i)
    last = len(points) - 1
    if kept[-1] != last and np.linalg.norm(points[last] - points[kept[-1]]) > 0:
        if len(kept) > 1:
            kept[-1] = last
        elif np.linalg.norm(points[last] - points[0]) > CLOSE * radius[last]:
            kept.append(last)
    return Line(points=points[kept], radius=radius[kept])


def open_ends(lines: tuple[Line, ...]) -> tuple[list[End], list[tuple[int, int]]]:
    """The open ends, without names, and the numbers of those at the start and end of each line.

    Raises
    ------
    CaseError
        If the lines do not hang together.
    """
    samples = [resampled(line) for line in lines]
    trees = [cKDTree(one.points) for one in samples]
    every = [(i, side, *lines[i].end(side)) for i in range(len(lines)) for side in (0, 1)]
    joined = _links(every, samples, trees)
    _check_connected(lines, samples, trees)
    groups: list[list[int]] = []
    for k, one in enumerate(every):
        if joined[k]:
            continue
        for group in groups:
            other = every[group[0]]
            near = np.linalg.norm(one[2] - other[2]) < TOGETHER * max(one[4], other[4])
            if near and one[3] @ other[3] > 0:
                group.append(k)
                break
        else:
            groups.append([k])
    numbers = [[-1, -1] for _ in lines]
    ends = []
    for number, group in enumerate(groups):
        normal = np.sum([every[k][3] for k in group], axis=0)
        ends.append(
            End(
                name="",
                center=np.mean([every[k][2] for k in group], axis=0),
                normal=normal / np.linalg.norm(normal),
                radius=float(np.mean([every[k][4] for k in group])),
            )
        )
        for k in group:
            numbers[every[k][0]][every[k][1]] = number
    return ends, [(a, b) for a, b in numbers]


_EndOfLine = tuple[int, int, FloatArray, FloatArray, float]


def _links(every: list[_EndOfLine], samples: list[Line], trees: list[cKDTree]) -> list[bool]:
    """Whether each end of a line is joined to another line."""
    joined = []
    for i, _, place, outwards, radius in every:
        found = False
        for j, (line, tree) in enumerate(zip(samples, trees, strict=True)):
            if i == j:
                continue
            distance, near = tree.query(place)
            r = float(line.radius[near])
            if distance > INSIDE * max(r, radius):
                continue
            # Near this end the other line goes on beyond it.
            around = np.linalg.norm(line.points - place, axis=1) < 3.0 * max(r, radius)
            ahead = float(((line.points[around] - place) @ outwards).max())
            found |= ahead > 0.8 * max(r, radius)
        joined.append(found)
    return joined


def _check_connected(lines: tuple[Line, ...], samples: list[Line], trees: list[cKDTree]) -> None:
    """Refuse lines that do not hang together."""
    label = list(range(len(lines)))
    for i, line in enumerate(samples):
        for j in range(i):
            distance, near = trees[j].query(line.points)
            if (distance < INSIDE * np.maximum(line.radius, samples[j].radius[near])).any():
                old, new = label[i], label[j]
                label = [new if one == old else one for one in label]
    parts = len(set(label))
    if parts > 1:
        raise CaseError(
            f"`vessel.file` must hold one tree, but its {len(lines)} lines form {parts} separate "
            "parts; keep one of them, or join the branches."
        )
