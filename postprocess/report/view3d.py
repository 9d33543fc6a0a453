"""view.html: the run in three dimensions in a browser, without a server and without a network.

Triangles, lines and points of the scene go into one page with a small WebGL 2 viewer: orthographic,
with a scale bar, layers to switch and the wall coloured by what the reader chooses.
"""

from __future__ import annotations

import base64
import json
import webbrowser
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.files import write_text
from magcap.postprocess.fields import FIELDS, STATES, TISSUES, FieldInfo
from magcap.postprocess.files import CARRIER, Datasets, Kind, read_results
from magcap.postprocess.pictures import MM, actors as scene, anatomy, bodies, frame_in, in_mm, wall
from magcap.solvers.results import CarrierState

#: Plain colour of the wall.
_WALL = "#C0504D"


def view(folder: str | Path, *, open_browser: bool = True) -> Path:
    """Write ``folder/view.html`` from the files of a run and open it; returns its path."""
    folder = Path(folder)
    path = folder / "view.html"
    write_text(path, page(read_results(folder)))
    if open_browser:
        webbrowser.open(path.absolute().as_uri())
    return path


def page(data: Datasets) -> str:
    """The page as text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
    )
    content = json.dumps(content_of(data), ensure_ascii=True).replace("<", "\\u003c")
    return environment.get_template("view.html.j2").render(title=data.case.title, content=content)


def content_of(data: Datasets) -> dict[str, Any]:
    """Layers, wall colourings and the frame, ready for JSON."""
    frame = frame_in(data)
    points = [np.asarray(data.flow.points) * MM]
    if data.bodies.n_points:
        points.append(np.asarray(data.bodies.points) * MM)
    low, high = np.vstack(points).min(axis=0), np.vstack(points).max(axis=0)
    surface, modes = _wall(data)
    return {
        "title": data.case.title,
        "center": (0.5 * (low + high)).tolist(),
        "radius": float(0.5 * np.linalg.norm(high - low)),
        "eye": frame.oblique.tolist(),
        "up": frame.up.tolist(),
        "wall": surface,
        "modes": modes,
        "layers": [
            *_bodies(data),
            *_tissue(data, frame),
            *_target(data),
            *_lines(data),
            *_carriers(data),
        ],
    }


def _wall(data: Datasets) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The wall's geometry and its colourings: plain, density of each kind, force, shear stress."""
    surface = wall(data)
    n = surface.n_points
    modes = [{"label": "plain", "colors": _pack(_solid(_WALL, n)), "opacity": 0.35}]
    for number, ends in enumerate(data.ends):
        painted = scene.density_surface(data, number)
        values = _nearest(painted, np.asarray(painted.point_data["shown"]), surface.points)
        modes.append(_mode(f"captured: {ends.name}", FIELDS["density"], values))
    for key in ("grad_half_B2", "wall_traction"):
        info = FIELDS[key]
        if info.name not in surface.point_data:
            continue
        values = np.linalg.norm(np.asarray(surface.point_data[info.name]), axis=1) * info.scale
        if values.any():
            modes.append(_mode(info.label, info, values))
    geometry = _triangles(surface)
    return geometry, modes


def _mode(label: str, info: FieldInfo, values: FloatArray) -> dict[str, Any]:
    import matplotlib as mpl

    top = float(np.percentile(values, 99.8)) or 1.0
    colors = mpl.colormaps[info.colors]
    stops = (255 * colors(np.linspace(0, 1, 9))[:, :3]).astype(int)
    return {
        "label": label,
        "colors": _pack((255 * colors(np.clip(values / top, 0, 1))[:, :3]).astype(np.uint8)),
        "opacity": 1.0,
        "legend": {
            "title": info.title,
            "top": f"{top:.3g}",
            "stops": ["#" + bytes(stop.tolist()).hex() for stop in stops],
        },
    }


def _bodies(data: Datasets) -> list[dict[str, Any]]:
    """Magnets coloured by pole, iron in grey, windings in copper; flat facets."""
    import matplotlib as mpl

    layers = []
    magnets = bodies.of_kind(data, Kind.MAGNET)
    if magnets.n_points:
        surface, pole = bodies.pole_of(magnets)
        ramp = mpl.colors.LinearSegmentedColormap.from_list(
            "pole", [bodies.SOUTH, bodies.SIDE, bodies.NORTH]
        )
        colors = (255 * ramp(0.5 + 0.5 * pole)[:, :3]).astype(np.uint8)
        layers.append(_flat("magnets", surface, colors))
    for label, kind, color in (
        ("iron", Kind.IRON, bodies.IRON),
        ("coils", Kind.WINDING, bodies.WINDING),
    ):
        surface = bodies.of_kind(data, kind)
        if surface.n_points:
            surface = surface.compute_normals(
                cell_normals=True,
                point_normals=False,
                auto_orient_normals=False,
                consistent_normals=False,
            )
            layers.append(_flat(label, surface, _solid(color, surface.n_cells)))
    return layers


def _flat(label: str, surface: Any, colors: NDArray[np.uint8]) -> dict[str, Any]:
    """A layer of triangles with one normal and one colour each."""
    points = np.asarray(surface.points)[np.asarray(surface.regular_faces)].reshape(-1, 3)
    normals = np.repeat(np.asarray(surface.cell_data["Normals"]), 3, axis=0)
    return {
        "label": label,
        "kind": "triangles",
        "opacity": 1.0,
        "on": True,
        "points": _pack(points.astype(np.float32)),
        "normals": _pack(normals.astype(np.float32)),
        "indices": _pack(np.arange(len(points), dtype=np.uint32)),
        "colors": _pack(np.repeat(colors, 3, axis=0)),
    }


def _target(data: Datasets) -> list[dict[str, Any]]:
    surface = anatomy.target_surface(data)
    if surface is None:
        return []
    surface = surface.triangulate()
    colors = _solid(anatomy.TARGET, surface.n_points)
    return [
        {
            "label": "target",
            "kind": "triangles",
            "opacity": 0.25,
            "on": True,
            "colors": _pack(colors),
            **_triangles(surface),
        }
    ]


def _tissue(data: Datasets, frame: Any) -> list[dict[str, Any]]:
    layers = []
    for material, box in anatomy.tissue_surfaces(data, frame):
        surface = box.triangulate()
        color = _solid(TISSUES.get(material, "#BBBBBB"), surface.n_points)
        layers.append(
            {
                "label": material,
                "kind": "triangles",
                "opacity": 0.15,
                "on": True,
                "colors": _pack(color),
                **_triangles(surface),
            }
        )
    return layers


def _lines(data: Datasets) -> list[dict[str, Any]]:
    lines = scene.field_lines(data)
    if lines is None or not lines.n_points:
        return []
    return [_segments("field lines", lines, "#2A3B5F", on=True)]


def _carriers(data: Datasets) -> list[dict[str, Any]]:
    """Trajectories and captured carriers of each kind; only the first is shown at first."""
    layers = []
    for number, ends in enumerate(data.ends):
        captured = ends.typical(CarrierState.CAPTURED) * MM
        captured = captured[:: len(captured) // 50_000 + 1]
        if len(captured):
            layers.append(
                {
                    "label": f"captured: {ends.name}",
                    "kind": "points",
                    "opacity": 1.0,
                    "on": number == 0,
                    "points": _pack(captured.astype(np.float32)),
                    "colors": _pack(_solid(STATES[1][1], len(captured))),
                }
            )
        if data.paths.n_cells:
            rows = np.flatnonzero(np.asarray(data.paths.cell_data[CARRIER]) == number)
            if rows.size:
                some = in_mm(data.paths.extract_cells(rows))
                some = some.extract_surface(algorithm="dataset_surface")
                label = f"trajectories: {ends.name}"
                layers.append(_segments(label, some, STATES[2][1], on=number == 0))
    return layers


def _segments(label: str, lines: Any, color: str, *, on: bool) -> dict[str, Any]:
    from magcap.postprocess.pictures import segment_rows

    return {
        "label": label,
        "kind": "lines",
        "opacity": 0.8,
        "on": on,
        "points": _pack(np.asarray(lines.points, dtype=np.float32)),
        "indices": _pack(np.asarray(segment_rows(lines), dtype=np.uint32)),
        "colors": _pack(_solid(color, lines.n_points)),
    }


def _triangles(surface: Any) -> dict[str, str]:
    shaded = surface.compute_normals(
        cell_normals=False, point_normals=True, split_vertices=False, consistent_normals=False
    )
    return {
        "points": _pack(np.asarray(surface.points, dtype=np.float32)),
        "normals": _pack(np.asarray(shaded.point_data["Normals"], dtype=np.float32)),
        "indices": _pack(np.asarray(surface.regular_faces, dtype=np.uint32)),
    }


def _nearest(source: Any, values: FloatArray, points: Any) -> FloatArray:
    from scipy.spatial import cKDTree

    found: FloatArray = values[cKDTree(np.asarray(source.points)).query(np.asarray(points))[1]]
    return found


def _solid(color: str, count: int) -> NDArray[np.uint8]:
    rgb = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.tile(np.asarray(rgb, dtype=np.uint8), (count, 1))


def _pack(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
