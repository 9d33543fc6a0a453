"""A draft of a case: what is right of it while its faults are collected, and its bodies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, Self, get_args

from pydantic import TypeAdapter, ValidationError

from magcap.case import (
    Background,
    Blood,
    Capture,
    Carrier,
    Case,
    Coil,
    DepthOptions,
    FieldMapTable,
    Flow,
    Grid,
    Iron,
    IronBase,
    Magnet,
    MagnetBase,
    Mesh,
    Model,
    Placed,
    Probe,
    Suspension,
    Target,
    Tissue,
    Vessel,
)

if TYPE_CHECKING:
    from magcap.geometry.bodies import Body
    from magcap.geometry.scene import IronBody, MagnetBody

#: What is checked of a body whose shape is wrong: the keys that all shapes have.
_SHAPELESS: Final[Mapping[str, type[Model]]] = {
    "magnet": MagnetBase,
    "iron": IronBase,
    "coil": Placed,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The tables of a case that are right in themselves; None in place of the others.

    Attributes
    ----------
    shapeless : mapping of str to Model
        By path, e.g. ``"magnet[1]"``: the part of a faulty body that does not depend on its shape.
    """

    magnet: tuple[Magnet | None, ...]
    iron: tuple[Iron | None, ...]
    coil: tuple[Coil | None, ...]
    field_map: tuple[FieldMapTable | None, ...]
    grid: tuple[Grid | None, ...]
    background: Background | None
    vessel: Vessel | None
    tissue: Tissue | None
    target: Target | None
    blood: Blood | None
    flow: Flow | None
    carrier: tuple[Carrier | None, ...]
    capture: Capture | None
    suspension: Suspension | None
    mesh: Mesh | None
    probe: tuple[Probe | None, ...]
    depth: DepthOptions | None
    shapeless: Mapping[str, Model] = field(default_factory=dict)

    @classmethod
    def of_case(cls, case: Case) -> Self:
        """All tables of a valid case."""
        return cls(**{name: getattr(case, name) for name in _tables()})

    @classmethod
    def of_tables(cls, data: Mapping[str, Any]) -> Self:
        """What is right of the TOML tables of a case that is not: each table on its own."""
        values: dict[str, Any] = {}
        shapeless: dict[str, Model] = {}
        for name in _tables():
            info = Case.model_fields[name]
            kind: Any = info.rebuild_annotation()
            if Ellipsis in get_args(info.annotation):  # tables of which there are several
                given = data.get(name)
                entries = given if isinstance(given, list) else []
                values[name] = tuple(_valid(get_args(info.annotation)[0], e) for e in entries)
                shapeless |= _shapeless(name, entries, values[name])
            elif name in data:
                values[name] = _valid(kind, data[name])
            else:
                values[name] = None if info.is_required() else info.get_default()
        return cls(**values, shapeless=shapeless)


def _tables() -> list[str]:
    return [one.name for one in fields(Draft) if one.name != "shapeless"]


def _valid(kind: Any, value: object) -> Any:
    """The model of a table; None if it is faulty."""
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return None


def _shapeless(name: str, entries: Sequence[Any], models: Sequence[Any]) -> dict[str, Model]:
    """Of the faulty entries of a list of bodies: what does not depend on their shape."""
    kind = _SHAPELESS.get(name)
    found: dict[str, Model] = {}
    for number, (entry, model) in enumerate(zip(entries, models, strict=True), 1):
        if kind is None or model is not None or not isinstance(entry, Mapping):
            continue
        if entry.get("shape") == "wire":  # has no centre, and needs its axis
            continue
        part = _valid(kind, {key: entry[key] for key in kind.model_fields if key in entry})
        if part is not None:
            found[f"{name}[{number}]"] = part
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Solids:
    """Magnets and iron as bodies; None in place of all of a kind where one of them is faulty.

    Attributes
    ----------
    magnets : tuple of MagnetBody or None
    iron : tuple of IronBody or None
    faults : tuple of str
        Of the tables, and of the files that they name.
    """

    magnets: tuple[MagnetBody, ...] | None
    iron: tuple[IronBody, ...] | None
    faults: tuple[str, ...] = ()

    @property
    def whole(self) -> tuple[Body, ...] | None:
        """All bodies; None where one is faulty."""
        if self.magnets is None or self.iron is None:
            return None
        return (*self.magnets, *self.iron)
