"""Reading a case file: TOML text → checked, frozen `Case` in SI, or all its faults at once.

The order: the file, its TOML, what belongs to later versions, the carriers' library entries, the
models of `magcap.case`, the checks between values, the mean of a waveform.
"""

from __future__ import annotations

import copy
import logging
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from magcap.case import Carrier, Case, Inlet, IronBase, Model, per_volume
from magcap.errors import CaseError
from magcap.geometry.lumen import Outline
from magcap.inputs import read_bytes
from magcap.library import (
    is_table_file,
    library_faults,
    library_waveform,
    waveform_of,
    with_library,
)
from magcap.reading.checks import cross_faults, inlet_tables, lag_faults, late_release

from .draft import Draft
from .not_yet import later_faults
from .sentences import sentence
from .words import capped

#: A case file is text written by hand; anything larger is something else.
MAX_BYTES: Final = 10_000_000
#: Of superparamagnetic iron oxide, where a case does not say, in m.
DEFAULT_CORE_DIAMETER: Final = 10e-9

#: Carriers that one warning names.
_NAMED: Final = 5
_SHORT: Final = "A case file is a short text."

logger = logging.getLogger(__name__)


def load(path: str | Path) -> Case:
    """The case in the file `path`; files that it names are relative to its folder.

    Raises
    ------
    CaseError
        With one sentence for every fault.
    """
    return load_with_outline(path)[0]


def load_with_outline(path: str | Path) -> tuple[Case, Outline]:
    """The case in the file `path` and the outline of its vessel, which the checks need anyway.

    Raises
    ------
    CaseError
        With one sentence for every fault.
    """
    path = Path(path)
    return from_tables(read_tables(path), folder=path.parent)


def loads(text: str, *, folder: str | Path = ".") -> Case:
    """The case in the TOML `text`; files that it names are relative to `folder`.

    >>> text = '''
    ... vessel = { shape = "tube", radius = "3 mm", length = "80 mm" }
    ... flow.inlet.mean_velocity = "10 cm/s"
    ... carrier = [{ name = "MSC", diameter = "18 um", iron_mass = "20 pg" }]
    ... '''
    >>> loads(text).flow.inlet.mean_velocity
    0.1
    """
    return from_tables(_parsed(text, "the case"), folder=Path(folder))[0]


def read_tables(path: Path) -> dict[str, Any]:
    """The TOML tables of the file `path`.

    Raises
    ------
    CaseError
        If the file cannot be read, is too large or is not TOML.
    """
    data = read_bytes(path, "The case file", most=MAX_BYTES, hint=_SHORT, empty=True)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CaseError(
            f"{path} is not UTF-8 text (line {line}); save it as UTF-8, or it is no case file."
        ) from None
    return _parsed(text, str(path))


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        reason = re.sub(r"\s+", " ", str(error))
        raise CaseError(f"{name} is not valid TOML: {reason}.") from None
    except RecursionError:
        raise CaseError(f"{name} is nested too deeply.") from None
    except ValueError as error:  # an integer of thousands of digits
        reason = str(error).split(";", maxsplit=1)[0]
        raise CaseError(f"{name} is not valid TOML: {reason}.") from None


def from_tables(tables: Mapping[str, Any], *, folder: Path) -> tuple[Case, Outline]:
    """The case in TOML `tables`, checked, and the outline of its vessel.

    Raises
    ------
    CaseError
        With one sentence for every fault.
    """
    data = copy.deepcopy(dict(tables))
    faults = later_faults(data)
    faults += library_faults(data)
    data = with_library(data)
    case: Case | None = None
    try:
        case = Case.model_validate(data)
        draft = _located(Draft.of_case(case), folder)
    except ValidationError as error:
        faults += [text for text in map(sentence, error.errors()) if text]
        draft = _located(Draft.of_tables(data), folder)
    found, shape = cross_faults(draft)
    faults += found
    flow, waveform_faults = _with_waveform(draft, folder)
    faults += waveform_faults or lag_faults(flow, draft.blood, shape)
    if faults or case is None or shape is None:
        raise CaseError(capped(faults) or ["The case is not valid."])
    fields: dict[str, Any] = {"vessel": draft.vessel, "flow": flow}
    fields |= {name: getattr(draft, name) for name in ("magnet", "iron", "field_map")}
    fields["carrier"] = _with_cores(per_volume(one) for one in draft.carrier if one is not None)
    return case.model_copy(update=fields), shape


def _with_cores(carriers: Iterable[Carrier]) -> tuple[Carrier, ...]:
    """`carriers` with the core diameter that Langevin's law needs."""
    found, names = [], []
    for carrier in carriers:
        size = carrier.magnetic_core_diameter or carrier.core_diameter
        if carrier.magnetization == "langevin" and size is None:
            names.append(carrier.name)
            carrier = carrier.model_copy(update={"core_diameter": DEFAULT_CORE_DIAMETER})
        found.append(carrier)
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        logger.warning(
            "carrier %s%s: no core_diameter is given; %g nm is taken.",
            ", ".join(names[:_NAMED]),
            more,
            1e9 * DEFAULT_CORE_DIAMETER,
        )
    return tuple(found)


def _located(draft: Draft, folder: Path) -> Draft:
    """`draft` with absolute paths of the files that it names."""
    tables: dict[str, Any] = {
        name: tuple(None if m is None else with_file(m, folder) for m in getattr(draft, name))
        for name in ("magnet", "iron", "field_map", "carrier")
    }
    tables["shapeless"] = {path: with_file(part, folder) for path, part in draft.shapeless.items()}
    vessel = draft.vessel
    return replace(draft, **tables, vessel=None if vessel is None else with_file(vessel, folder))


def with_file[M: Model](model: M, folder: Path) -> M:
    """`model` with its `file` made absolute; ``gmsh:NAME`` stays, it is no path.

    An iron's `material` is made absolute, too, if it is the file of a B-H table, and the file of
    a carrier's magnetisation.
    """
    if isinstance(model, Carrier) and model.magnetization_table is not None:
        table = Path(folder, model.magnetization_table.expanduser()).absolute()
        return model.model_copy(update={"magnetization_table": table})
    if isinstance(model, IronBase) and model.material and is_table_file(model.material, folder):
        table = Path(folder, Path(model.material).expanduser()).absolute()
        model = model.model_copy(update={"material": str(table)})
    file = getattr(model, "file", None)
    if not isinstance(file, Path) or str(file).startswith("gmsh:"):
        return model
    return model.model_copy(update={"file": Path(folder, file.expanduser()).absolute()})


def _with_waveform(draft: Draft, folder: Path) -> tuple[Any, list[str]]:
    """The flow with every waveform's mean as its flow rate or mean velocity, and its faults.

    What is handed on reads back to the same: its scale is 1, as the mean has it.
    """
    flow = draft.flow
    if flow is None:
        return flow, []
    inlets, periods, faults = list[Inlet](), dict[str, float](), list[str]()
    for path, inlet in inlet_tables(flow):
        try:
            made, period = _resolved_waveform(inlet, path, folder)
        except CaseError as error:
            faults += error.faults
            continue
        inlets.append(made)
        if period is not None:
            periods[path] = period
    if faults:
        return flow, faults
    first = next(iter(periods.values()), 0.0)
    faults += [
        f"`{path}.waveform` must have the period of the first one, {first:g} s, got {period:g} s."
        for path, period in periods.items()
        if abs(period - first) > 1e-6 * first
    ]
    one = isinstance(flow.inlet, Inlet)
    flow = flow.model_copy(update={"inlet": inlets[0] if one else tuple(inlets)})
    return flow, faults + (late_release(draft.capture, first) if periods else [])


def _resolved_waveform(inlet: Inlet, path: str, folder: Path) -> tuple[Inlet, float | None]:
    """The inlet with its waveform's mean, and the period in s.

    Raises
    ------
    CaseError
        If there is no such waveform, or both its scale and its mean are given.
    """
    if inlet.waveform is None:
        return inlet, None
    waveform = waveform_of(inlet.waveform, folder, f"{path}.waveform")
    entry = library_waveform(inlet.waveform)
    name = entry.name if entry else str(Path(folder, inlet.waveform).absolute())
    update: dict[str, Any] = {"waveform": name, "scale": 1.0}
    given = inlet.flow_rate is not None or inlet.mean_velocity is not None
    if given and inlet.scale != 1.0:
        raise CaseError(
            f"`{path}` must have a `scale` of the waveform or its mean (`flow_rate`, "
            "`mean_velocity`), got both."
        )
    if not given:
        key = "flow_rate" if waveform.quantity == "flow rate" else "mean_velocity"
        update[key] = inlet.scale * waveform.mean
    return inlet.model_copy(update=update), waveform.period
