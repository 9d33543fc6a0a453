"""The numbers of several sections as one table that JSON can hold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """All tables in one; tables that two of them have under the same name are merged in turn.

    >>> merged([{"field": {"dofs": 1}}, {"field": {"depth": None}}, {"flow": None}])
    {'field': {'dofs': 1, 'depth': None}, 'flow': None}
    """
    result: dict[str, Any] = {}
    for table in tables:
        for name, value in table.items():
            present = result.get(name)
            if isinstance(present, dict) and isinstance(value, Mapping):
                result[name] = merged([present, value])
            else:
                result[name] = value
    return result


def json_safe(value: Any) -> Any:
    """The value with plain Python numbers, lists and dicts; nan and infinity become None.

    >>> json_safe({"a": np.float64("nan"), "b": np.arange(2)})
    {'a': None, 'b': [0, 1]}
    """
    if isinstance(value, Mapping):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_safe(item) for item in value]
    if isinstance(value, np.ndarray):
        return json_safe(value.tolist())
    if isinstance(value, np.generic):
        return json_safe(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
