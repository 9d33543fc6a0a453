"""Numbers as people read them: three digits, SI prefixes, per cent."""

from __future__ import annotations

import math
from typing import Any

_PREFIXES = (
    (1e9, "G"),
    (1e6, "M"),
    (1e3, "k"),
    (1.0, ""),
    (1e-3, "m"),
    (1e-6, "µ"),
    (1e-9, "n"),
    (1e-12, "p"),
    (1e-15, "f"),
)


def number(value: float | None) -> str:
    """Three significant digits; a dash for nothing.

    >>> number(0.0001234), number(None), number(48211)
    ('0.000123', '–', '48211')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if isinstance(value, int) or (abs(value) >= 1000 and abs(value) < 1e6):
        return f"{value:.0f}"
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{mantissa}·10{_superscript(int(exponent))}"
    return text


def quantity(value: float | None, unit: str) -> str:
    """Three digits with an SI prefix on the unit (none on squared, cubed or compound heads).

    >>> quantity(0.0031, "m"), quantity(2.8e-6, "m³/s"), quantity(0.41, "T")
    ('3.1 mm', '2.8·10⁻⁶ m³/s', '410 mT')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0.0:
        return f"0 {unit}"
    if unit.startswith(("m²", "m³", "T²", "1/", "kg")):
        return f"{number(value)} {unit}"
    for scale, prefix in _PREFIXES:
        if abs(value) >= scale * 0.9995:
            return f"{_digits(value / scale)} {prefix}{unit}"
    return f"{number(value)} {unit}"


def fraction_text(value: float | None) -> str:
    """A fraction in per cent.

    >>> fraction_text(0.28512), fraction_text(0.00004)
    ('28.5 %', '0.004 %')
    """
    if value is None or not math.isfinite(value):
        return "–"
    return f"{_digits(100.0 * value)} %"


def interval_text(estimate: dict[str, Any] | None, *, percent: bool = True) -> str:
    """The 95 % interval of an estimate of summary.json.

    >>> interval_text({"value": 0.3, "ci95": [0.281, 0.319]})
    '28.1 to 31.9 %'
    """
    if not estimate or not estimate.get("ci95"):
        return "–"
    low, high = estimate["ci95"]
    if low is None:
        return "–"
    scale, end = (100.0, " %") if percent else (1.0, "")
    if high is None:
        return f"at least {_digits(scale * low)}{end}"
    return f"{_digits(scale * low)} to {_digits(scale * high)}{end}"


def _digits(value: float) -> str:
    """Three significant digits without an exponent down to 1e-6."""
    if value == 0.0:
        return "0"
    if abs(value) < 1e-6:
        return number(value)
    places = max(2 - math.floor(math.log10(abs(value)) + 1e-12), 0)
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
