"""One line of the validation table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A computed number beside its reference.

    Attributes
    ----------
    part : str
        ``"field"``, ``"flow"``, ``"capture"`` or ``"laboratory"``.
    case, quantity : str
        What was computed, in words.
    computed, reference : float
    tolerance : float
        Largest allowed `error`; inf: told, not gated.
    scale : float, optional
        What the difference is divided by; default: the reference.
    source : str
        Where the reference comes from.
    """

    part: str
    case: str
    quantity: str
    computed: float
    reference: float
    tolerance: float
    source: str
    scale: float | None = None

    @property
    def error(self) -> float:
        """Relative error.

        >>> c = Check(part="flow", case="", quantity="", computed=1.01, reference=1.0,
        ...           tolerance=0.02, source="")
        >>> round(c.error, 6), c.passed
        (0.01, True)
        """
        scale = self.reference if self.scale is None else self.scale
        return abs(self.computed - self.reference) / abs(scale)

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance (a nan is not)."""
        return self.error <= self.tolerance


def check(
    part: str,
    case: str,
    quantity: str,
    computed: float,
    reference: float,
    tolerance: float,
    *,
    source: str = "closed form",
    scale: float | None = None,
) -> Check:
    """A Check of this part."""
    return Check(
        part=part,
        case=case,
        quantity=quantity,
        computed=computed,
        reference=reference,
        tolerance=tolerance,
        source=source,
        scale=scale,
    )


field_check = partial(check, "field")
flow_check = partial(check, "flow")
