"""A `Case` as a case file: complete, with every default filled in and units on quantities.

Reading the text again gives an equal `Case`: quantities are written in SI with the shortest
digits that identify the number.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from magcap.case import DIMENSIONS, Case, Quantity


def case_toml(case: Case) -> str:
    """The TOML text of `case`."""
    import tomli_w

    text = tomli_w.dumps(case_tables(case))
    return re.sub(r"\[\n((?:    [^\n\[\]{}]+,\n)+)\]", _on_one_line, text)


def _on_one_line(match: re.Match[str]) -> str:
    """A short array of plain values on one line."""
    items = [line.strip().rstrip(",") for line in match[1].splitlines()]
    line = f"[{', '.join(items)}]"
    return line if len(line) <= 90 else match[0]


def case_tables(case: Case) -> dict[str, Any]:
    """The TOML tables of `case`: strings with units, numbers, lists and tables; no None."""
    return _table(case)


def _table(model: BaseModel) -> dict[str, Any]:
    hints = get_type_hints(type(model), include_extras=True)
    table: dict[str, Any] = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if value is not None and (value != () or value != info.default):
            table[info.alias or name] = _plain(value, hints[name])
    return table


def _plain(value: Any, annotation: Any) -> Any:
    """TOML form of `value`, whose annotation says whether it carries a unit."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(value, BaseModel):
        return _table(value)
    if isinstance(value, Path):
        return str(value)
    if origin is Annotated:
        for extra in arguments[1:]:
            if isinstance(extra, Quantity):
                return _quantity(float(value), extra)
        return _plain(value, arguments[0])
    if origin in (Union, UnionType):
        return _plain(value, _branch(value, arguments))
    if isinstance(value, tuple):
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return [_plain(item, arguments[0]) for item in value]
        return [_plain(item, kind) for item, kind in zip(value, arguments, strict=True)]
    return value


def _branch(value: Any, branches: tuple[Any, ...]) -> Any:
    """The member of a union that describes a value of this form."""
    wants_tuple = isinstance(value, tuple)
    for branch in branches:
        if branch is type(None) or _is_model(branch):
            continue
        if _is_tuple(branch) == wants_tuple:
            return branch
    return branches[0]


def _is_tuple(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_tuple(get_args(annotation)[0])
    return get_origin(annotation) is tuple


def _is_model(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_model(get_args(annotation)[0])
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _quantity(value: float, quantity: Quantity) -> Any:
    """``"0.003 m"``; a bare number without a unit.

    >>> _quantity(0.003, Quantity("length"))
    '0.003 m'
    """
    unit, _ = DIMENSIONS[quantity.dimension]
    if not math.isfinite(value):
        raise ValueError(f"a case holds finite numbers only, got {value}")
    return f"{value!r} {unit}" if unit else value
