"""Magnets and coils from magpylib objects, and back.

>>> import magcap
>>> found = magcap.from_magpylib(collection)  # doctest: +SKIP
>>> case = found.into(magcap.load("case.toml"))  # doctest: +SKIP
>>> design = magcap.FieldDesign(found.scene)  # doctest: +SKIP

magpylib's lengths are metres, its polarisation tesla. Its magnets are rigid, so the recoil
permeability is 1; set it in the tables if the material's is known.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray
from magcap.errors import CaseError

from .to_tables import coil_table, magnet_table

if TYPE_CHECKING:
    from magcap.case import Case, Coil, Magnet

    from .magnets import MagnetBody
    from .scene import MagneticScene
    from .winding import Winding


#: Least thickness of the winding that stands for a current loop, over the loop's diameter: its
#: field differs by the square of that. A strong current takes as much as copper needs, A/m².
_LOOP, _DENSITY = 1e-3, 5e8


@dataclass(frozen=True, slots=True, kw_only=True)
class MagpylibSources:
    """What was found in magpylib objects.

    Attributes
    ----------
    bodies : tuple of MagnetBody
        In the order found, collections depth first.
    windings : tuple of Winding
        Of current loops.
    """

    bodies: tuple[MagnetBody, ...]
    windings: tuple[Winding, ...]

    @property
    def scene(self) -> MagneticScene:
        """The sources as a scene, for `magcap.FieldDesign`."""
        from .scene import MagneticScene

        return MagneticScene(magnets=self.bodies, windings=self.windings)

    @property
    def magnets(self) -> tuple[Magnet, ...]:
        """``[[magnet]]`` tables.

        Raises
        ------
        CaseError
            For shapes that a case file has not: tetrahedra, meshes.
        """
        faults, tables = [], []
        for body in self.bodies:
            table = magnet_table(body)
            if table is None:
                faults.append(
                    f"{body.name} is a {body.shape}, which `[[magnet]]` has not; take `scene` with "
                    "magcap.FieldDesign, or write its surface as STL."
                )
            else:
                tables.append(table)
        if faults:
            raise CaseError(faults)
        return tuple(tables)

    @property
    def coils(self) -> tuple[Coil, ...]:
        """``[[coil]]`` tables."""
        return tuple(coil_table(winding) for winding in self.windings)

    def into(self, case: Case) -> Case:
        """`case` with these magnets and coils behind its own.

        Raises
        ------
        CaseError
            For shapes that a case file has not.
        """
        added = {"magnet": case.magnet + self.magnets, "coil": case.coil + self.coils}
        return case.model_copy(update=added)


def from_magpylib(*objects: Any) -> MagpylibSources:
    """Magnets and current loops of magpylib sources and collections, nested ones too.

    Cuboid, Cylinder, CylinderSegment, Sphere, Tetrahedron, TriangularMesh and Circle; sensors are
    left out.

    Raises
    ------
    CaseError
        One sentence for every object that magcap cannot take.
    """
    faults: list[str] = []
    bodies: list[MagnetBody] = []
    windings: list[Winding] = []
    for number, (name, thing) in enumerate(_leaves(objects, faults), 1):
        what = f"Object {number} ({name})"
        try:
            if type(thing).__name__ == "Circle":
                windings.append(_loop(thing, len(windings) + 1, what))
            else:
                bodies.append(_body(thing, len(bodies) + 1, what))
        except CaseError as error:
            faults += error.faults
    if faults:
        raise CaseError(faults)
    return MagpylibSources(bodies=tuple(bodies), windings=tuple(windings))


def to_magpylib(source: MagneticScene | Case) -> Any:
    """The magnets of a scene or a case as a magpylib collection.

    Raises
    ------
    CaseError
        If there is anything that magpylib cannot represent: iron, wound coils, maps, a background.
    """
    from .scene import MagneticScene, scene_of
    from .to_magpylib import magpylib_collection

    scene = source if isinstance(source, MagneticScene) else scene_of(source)
    others = {
        "iron": scene.iron,
        "coils": scene.windings,
        "field maps": scene.maps,
        "a background field": scene.background,
    }
    left = [name for name, parts in others.items() if parts]
    if left:
        raise CaseError(f"magpylib has magnets alone; the scene also has {' and '.join(left)}.")
    return magpylib_collection(scene.magnets)


def _leaves(objects: Iterable[Any], faults: list[str]) -> list[tuple[str, Any]]:
    """Sources with what they are called, depth first; sensors are left out."""
    found: list[tuple[str, Any]] = []
    for thing in objects:
        kind = type(thing).__name__
        if isinstance(thing, list | tuple):
            found += _leaves(thing, faults)
        elif not type(thing).__module__.startswith("magpylib"):
            faults.append(f"from_magpylib takes magpylib sources and collections, got {kind}.")
        elif kind == "Collection":
            found += _leaves(thing.children, faults)
        elif kind != "Sensor":
            label = getattr(getattr(thing, "style", None), "label", None)
            found.append((f"{kind} {label!r}" if label else kind, thing))
    return found


def _pose(thing: Any, what: str) -> tuple[FloatArray, FloatArray]:
    """Position in m and rotation matrix of an object that does not move."""
    position = np.asarray(thing.position, dtype=float)
    if position.ndim > 1:
        raise CaseError(
            f"{what} has a path of {len(position)} positions; give one, e.g. by `reset_path()` "
            "and `position`, and move it with magcap.FieldDesign."
        )
    return position, np.asarray(thing.orientation.as_matrix()).reshape(3, 3)


def _body(thing: Any, number: int, what: str) -> MagnetBody:
    """The body of a magpylib magnet."""
    from magcap.geometry.bodies import BodyShape
    from magcap.geometry.surfaces import volume_and_centroid

    from .magnets import MagnetBody

    shapes: Mapping[str, Callable[[Any, str], tuple[BodyShape, tuple[float, ...]]]] = {
        "Cuboid": lambda t, w: (BodyShape.CUBOID, _numbers(t.dimension, w)),
        "Cylinder": lambda t, w: (BodyShape.CYLINDER, _numbers(t.dimension, w)),
        "Sphere": lambda t, w: (BodyShape.SPHERE, _numbers(t.diameter, w)),
        "CylinderSegment": _segment,
        "Tetrahedron": lambda t, w: (BodyShape.SURFACE, ()),
        "TriangularMesh": lambda t, w: (BodyShape.SURFACE, ()),
    }
    kind = type(thing).__name__
    if kind not in shapes:
        raise CaseError(
            f"{what} has no counterpart in magcap, which takes {', '.join(shapes)} and Circle; "
            "a measured or computed field can come as a `[[field_map]]`."
        )
    center, rotation = _pose(thing, what)
    shape, dimensions = shapes[kind](thing, what)
    if thing.polarization is None or not np.any(thing.polarization):
        raise CaseError(f"{what} has no polarization; give it one or take it out.")
    vertices, triangles = np.empty((0, 3)), np.empty((0, 3), dtype=np.int64)
    if shape is BodyShape.SURFACE:
        vertices, triangles = _surface(thing, what)
        middle = volume_and_centroid(vertices, triangles)[1]
        vertices, center = vertices - middle, center + rotation @ middle
    return MagnetBody(
        name=f"magnet[{number}]",
        shape=shape,
        dimensions=dimensions,
        center=center,
        rotation=rotation,
        remanence=rotation @ np.asarray(thing.polarization, dtype=float),
        recoil_permeability=1.0,
        vertices=vertices,
        triangles=triangles,
    )


def _numbers(value: Any, what: str) -> tuple[float, ...]:
    if value is None:
        raise CaseError(f"{what} has no dimension.")
    return tuple(float(x) for x in np.atleast_1d(value))


def _segment(thing: Any, what: str) -> tuple[Any, tuple[float, ...]]:
    """A segment is a cylinder, a ring or a sector."""
    from magcap.geometry.bodies import BodyShape

    r1, r2, height, phi1, phi2 = _numbers(thing.dimension, what)
    if phi2 - phi1 >= 360.0 - 1e-9:
        if r1 == 0.0:
            return BodyShape.CYLINDER, (2 * r2, height)
        return BodyShape.RING, (2 * r1, 2 * r2, height)
    if r1 == 0.0:
        raise CaseError(f"{what} is a wedge; magcap needs an inner radius above 0.")
    return BodyShape.SECTOR, (r1, r2, height, math.radians(phi1), math.radians(phi2))


def _surface(thing: Any, what: str) -> tuple[FloatArray, NDArray[np.int64]]:
    """Vertices and outward triangles of a tetrahedron or a mesh."""
    if type(thing).__name__ == "Tetrahedron":
        vertices = np.asarray(thing.vertices, dtype=float)
        triangles = np.array([(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)])
    else:
        if thing.check_open(mode="ignore"):
            raise CaseError(f"{what} is open; only closed surfaces are magnets.")
        vertices = np.asarray(thing.vertices, dtype=float)
        triangles = np.asarray(thing.faces, dtype=np.int64)
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    if np.einsum("ij,ij->", a, np.cross(b, c)) < 0.0:
        triangles = triangles[:, ::-1]
    return vertices, np.ascontiguousarray(triangles, dtype=np.int64)


def _loop(thing: Any, number: int, what: str) -> Winding:
    """A current loop as a thin winding of one turn."""
    from .winding import Winding, WindingShape

    center, rotation = _pose(thing, what)
    (diameter,) = _numbers(thing.diameter, what)
    if not thing.current:
        raise CaseError(f"{what} has no current; give it one or take it out.")
    half = 0.5 * diameter
    thick = max(_LOOP * diameter, math.sqrt(abs(thing.current) / _DENSITY))
    if thick > half:
        raise CaseError(f"{what} carries {thing.current:g} A, too much for a coil of its diameter.")
    return Winding(
        name=f"coil[{number}]",
        shape=WindingShape.SOLENOID,
        dimensions=(half - 0.5 * thick, half + 0.5 * thick, thick),
        center=center,
        rotation=rotation,
        turns=1,
        current=float(thing.current),
    )
