"""What a small change of the force, the flow or the tolerance does to the captured fraction.

A share of the carriers is followed four times: as it is, with the magnetic force and with the
velocity larger by `STEP` everywhere, and at a tenth of the tolerance. The runs are paired (same
carriers, seeds and random numbers), so that all carriers that end alike drop out of the difference
of two fractions.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from magcap.arrays import FloatArray, IntArray
from magcap.geometry.mesh import Lumen
from magcap.solvers.results import CarrierState, Ensemble, Sensitivity

from .motion import AT
from .release import Release
from .seeding import Seeds
from .snapshots import scaled_flow
from .tracer import Motion, trace

if TYPE_CHECKING:
    from mpi4py import MPI

#: Relative change of force and velocity: η goes with a power of them below 1, whose slope it gives
#: to a tenth, while enough carriers end otherwise.
STEP = 0.2
#: Carriers followed: one in `SHARE`, at least `FEWEST`.
SHARE, FEWEST = 20, 1000
#: The tolerance that a run is compared with, relative to its own.
FINER = 0.1
_SEED = 10


def sensitivity(start: Release, lumen: Lumen, *, comm: MPI.Comm) -> Sensitivity:
    """Follow some of a release in paired runs; the release stands in its magnetic field.

    Parameters
    ----------
    start : Release
    lumen : Lumen
    comm : mpi4py.MPI.Comm
        Carriers are dealt out to its ranks.
    """
    few = subset(start, chosen(len(start.motion.diameter)))

    def ended(release: Release) -> Ensemble:
        return trace(release.packed, lumen, release.seeds, release.motion, comm=comm)

    own = ended(few)
    force, force_noise = _change(own, ended(stronger(few)))
    flow, flow_noise = _change(own, ended(faster(few)))
    finer, finer_noise = _change(ended(closer(few)), own)
    return Sensitivity(
        carriers=len(own.state),
        force=force / STEP,
        flow=flow / STEP,
        tolerance=finer,
        force_noise=force_noise / STEP,
        flow_noise=flow_noise / STEP,
        tolerance_noise=finer_noise,
    )


def chosen(count: int) -> IntArray:
    """Rows of the carriers that are followed again, ascending.

    At random: every so-manyth point of a sequence of low discrepancy is not spread evenly.
    """
    number = min(count, max(FEWEST, count // SHARE))
    rows = np.random.default_rng(_SEED).choice(count, number, replace=False)
    return np.sort(rows).astype(np.int64)


def subset(start: Release, rows: IntArray) -> Release:
    """A release of some of the carriers; their random numbers are those of their new places."""
    count = len(start.motion.diameter)
    return replace(
        start,
        seeds=_rows_of(start.seeds, rows, count),
        motion=_rows_of(start.motion, rows, count),
    )


def _rows_of[T: (Seeds, Motion)](record: T, rows: IntArray, count: int) -> T:
    """`record` with the chosen rows of whatever it has for each of `count` carriers."""
    values = {field.name: getattr(record, field.name) for field in fields(record)}
    each: dict[str, Any] = {
        name: value[rows]
        for name, value in values.items()
        if isinstance(value, np.ndarray) and len(value) == count
    }
    return replace(record, **each)


def stronger(start: Release) -> Release:
    """The magnetic force larger by `STEP`."""
    moment = (1.0 + STEP) * start.motion.moment
    return replace(start, motion=replace(start.motion, moment=moment))


def faster(start: Release) -> Release:
    """The velocity and the wall's shear stress larger by `STEP`, everywhere and always."""
    packed = start.packed
    record, flow, _ = packed.cells
    cells = packed.cells._replace(record=record.copy(), flow=scaled_flow(flow, 1.0 + STEP))
    cells.fields[:, :, AT.shear] *= 1.0 + STEP
    return replace(start, packed=replace(packed, cells=cells))


def closer(start: Release) -> Release:
    """A tolerance of `FINER` times that of the run."""
    tolerance = FINER * start.motion.tolerance
    return replace(start, motion=replace(start.motion, tolerance=tolerance))


def _change(before: Ensemble, after: Ensemble) -> tuple[float, float]:
    """Captured fraction after less before, by flux, and its standard error."""
    weight: FloatArray = before.flux_weight / before.flux_weight.sum()
    gained = (after.state == CarrierState.CAPTURED).astype(float)
    gained -= before.state == CarrierState.CAPTURED
    change = float(weight @ gained)
    return change, float(np.linalg.norm(weight * (gained - change)))
