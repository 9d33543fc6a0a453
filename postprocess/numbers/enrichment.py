"""What the magnet does: the captured fraction with it against that of the same carriers without."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from magcap.postprocess.text import fraction_text, interval_text, number
from magcap.solvers.results import CarrierCapture, CarrierState

from .intervals import Estimate, paired_difference, paired_ratio

#: Carriers captured without the magnet below which no ratio is told.
FEWEST = 10


def enrichment(carrier: CarrierCapture) -> dict[str, Any] | None:
    """``enrichment`` of summary.json; None without a control."""
    if carrier.control is None:
        return None
    weight, replicate = carrier.ensemble.flux_weight, carrier.ensemble.replicate
    hit, hit_0 = (one.state == CarrierState.CAPTURED for one in (carrier.ensemble, carrier.control))
    flying, flying_0 = (
        one.state == CarrierState.IN_FLIGHT for one in (carrier.ensemble, carrier.control)
    )
    net = paired_difference(weight, hit, hit_0, replicate)
    if flying.any() or flying_0.any():  # who is still in flight may yet be captured, in either run
        least = paired_difference(weight, hit, hit_0 | flying_0, replicate)
        most = paired_difference(weight, hit | flying, hit_0, replicate)
        net = replace(net, low=min(net.low, least.low), high=max(net.high, most.high))
    ratio = Estimate(value=math.nan, low=math.nan, high=math.nan)
    if hit_0.sum() >= FEWEST:
        ratio = paired_ratio(weight, hit, hit_0, replicate)
    significant = not net.low <= 0.0 <= net.high
    return {
        **ratio.as_dict(),
        "difference": net.as_dict(),
        "paired": True,
        "significant": significant,
        "sentence": _sentence(ratio, net, significant=significant),
    }


def _sentence(ratio: Estimate, net: Estimate, *, significant: bool) -> str:
    """The finding in words: first whether there is an effect at all."""
    change = f"{fraction_text(net.value)} (95 % CI {interval_text(net.as_dict())})"
    if not significant:
        return (
            f"No effect of the magnet detected: with it {change} more of the carriers are captured."
        )
    if math.isnan(ratio.value):
        return (
            f"With the magnet {change} more of the carriers are captured than without; "
            "the vessel alone captures too few for a ratio."
        )
    return (
        f"With the magnet {number(ratio.value)} times as much is captured as without "
        f"(95 % CI {number(ratio.low)} to {number(ratio.high)})."
    )
