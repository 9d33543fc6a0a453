"""The points that a case asks the field at, ``[[probe]]``."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .observer import Accuracy, Observer, Site


def probe_observer(site: Site) -> Iterator[Observer]:
    """``"probes"`` in the order of the case; absent without any."""
    points = [probe.point for probe in site.case.probe]
    if points:
        yield Observer(name="probes", points=np.array(points), accuracy=Accuracy.FAR, required=True)
