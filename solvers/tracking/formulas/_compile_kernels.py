# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
"""Numba: how the functions of the tracer are compiled, and x y + z rounded once."""

from __future__ import annotations

from numba import types
from numba.extending import intrinsic

#: Options of the functions called inside the inner loop (LLVM does not inline across numba's
#: libraries on its own: five times slower), and of the larger ones. No fastmath: whether a sum
#: becomes a fused operation then depends on what was inlined, and a run that compiles would differ
#: in the last bits from one that loads the same kernels from disk.
INLINE = {"error_model": "numpy", "forceinline": True}
OUTLINE = {"error_model": "numpy"}


@intrinsic
def fma(typing, x, y, z):
    """x y + z rounded once; asked for by name it is the same in every compilation."""

    def generate(context, builder, signature, arguments):
        return builder.fma(*arguments)

    return types.float64(types.float64, types.float64, types.float64), generate
