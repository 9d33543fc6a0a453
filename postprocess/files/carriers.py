"""carriers.parquet: one row a carrier, units in the column names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.postprocess.outcome import Outcome
from magcap.solvers.results import CarrierState, Ensemble, representative

#: Ensembles in the order of the file; `control` is the same carriers without the magnet.
ENSEMBLES = ("magnet", "control")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierEnds:
    """Where carriers of one kind ended.

    Attributes
    ----------
    name : str
    position : ndarray, shape (n, 3)
        In m.
    state : ndarray of int, shape (n,)
        `CarrierState`.
    weight : ndarray, shape (n,)
        How many carriers each stands for in a release by flux.
    """

    name: str
    position: FloatArray
    state: IntArray
    weight: FloatArray

    def typical(self, state: CarrierState) -> FloatArray:
        """Where carriers ended in `state`, in m: as many as can be had that all weigh the same."""
        rows = np.flatnonzero(self.state == state)
        return np.asarray(self.position[rows[representative(self.weight[rows])]])


def ends_of(outcome: Outcome) -> tuple[CarrierEnds, ...] | None:
    """The ends of all kinds of a run; None where none were traced."""
    if outcome.capture is None:
        return None
    kinds = [(kind.name, kind.ensemble) for kind in outcome.capture.carriers]
    return tuple(
        CarrierEnds(name=name, position=all_.position, state=all_.state, weight=all_.flux_weight)
        for name, all_ in kinds
    )


def write_carriers(path: Path, outcome: Outcome) -> None:
    """Write all ensembles of all kinds; row groups follow carrier and ensemble."""
    import pyarrow.parquet as pq

    schema = _schema()
    carriers = () if outcome.capture is None else outcome.capture.carriers
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for carrier in carriers:
            members = (carrier.ensemble, carrier.control)
            for label, ensemble in zip(ENSEMBLES, members, strict=True):
                if ensemble is not None and len(ensemble.state):
                    rows = _table(schema, outcome.lumen, carrier.name, label, ensemble)
                    writer.write_table(rows)


def read_ends(path: Path) -> tuple[CarrierEnds, ...]:
    """Where carriers seeded with the flux ended, kind by kind in the order of the file."""
    import pyarrow.parquet as pq

    columns = ["carrier", "state", "flux weight", "end x [m]", "end y [m]", "end z [m]"]
    table = pq.read_table(path, columns=columns, filters=[("ensemble", "==", ENSEMBLES[0])])
    carrier = np.asarray(table["carrier"].combine_chunks().cast("string"))
    state = np.asarray(table["state"].combine_chunks().cast("string"))
    position = np.column_stack([np.asarray(table[f"end {axis} [m]"]) for axis in "xyz"])
    weight = np.asarray(table["flux weight"])
    codes = np.zeros(len(state), dtype=np.int64)
    for member in CarrierState:
        codes[state == _word(member)] = int(member)
    found = []
    for name in dict.fromkeys(carrier.tolist()):
        rows = carrier == name
        found.append(
            CarrierEnds(name=name, position=position[rows], state=codes[rows], weight=weight[rows])
        )
    return tuple(found)


def _schema() -> Any:
    import pyarrow as pa

    word, real = pa.dictionary(pa.int32(), pa.string()), pa.float64()
    fields = [("carrier", word), ("ensemble", word)]
    fields += [(f"{end} {axis} [m]", real) for end in ("seed", "end") for axis in "xyz"]
    fields += [("state", word), ("opening", word), ("facet", pa.int64()), ("time [s]", real)]
    fields += [("diameter [m]", real), ("moment [A*m^2]", real)]
    fields += [("flux weight", real), ("area weight", real), ("replicate", pa.int64())]
    fields += [("touched", pa.bool_()), *((f"touch {axis} [m]", real) for axis in "xyz")]
    fields += [("touch facet", pa.int64()), ("touch time [s]", real)]
    fields += [("pull [N]", real), ("drag [N]", real), ("friction needed", real)]
    return pa.schema(fields, metadata={"units": "SI, in the column names", "schema": "2"})


def _table(schema: Any, lumen: Lumen, name: str, label: str, ensemble: Ensemble) -> Any:
    import pyarrow as pa

    n = len(ensemble.state)
    openings = [o.name for o in lumen.openings]
    left = ensemble.opening
    columns = [
        _words(np.zeros(n, np.int32), [name]),
        _words(np.zeros(n, np.int32), [label]),
        *ensemble.seed_position.T,
        *ensemble.position.T,
        _words(ensemble.state, [_word(state) for state in CarrierState]),
        _words(np.where(left < 0, 0, left), openings, missing=left < 0),
        ensemble.facet,
        ensemble.time,
        ensemble.diameter,
        ensemble.moment,
        ensemble.flux_weight,
        ensemble.area_weight,
        ensemble.replicate,
        *_touches(ensemble),
    ]
    return pa.table([_contiguous(c) for c in columns], schema=schema)


def _touches(ensemble: Ensemble) -> list[Any]:
    """The columns of the first touches; nan for who never touched the wall."""
    found = ensemble.touches
    forces = found.pull, found.drag, found.friction_needed
    return [found.touched, *found.position.T, found.facet, found.time, *forces]


def _word(state: CarrierState) -> str:
    return state.name.lower().replace("_", " ")


def _contiguous(column: Any) -> Any:
    return np.ascontiguousarray(column) if isinstance(column, np.ndarray) else column


def _words(
    codes: NDArray[Any], words: list[str], *, missing: NDArray[np.bool_] | None = None
) -> Any:
    """A column of words; null where `missing`."""
    import pyarrow as pa

    indices = pa.array(codes.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, pa.array(words, pa.string()))
