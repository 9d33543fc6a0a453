"""Numba: sums over the rows of a cell's tables, all columns of a row in one SIMD register.

Each column is added up in the order of a scalar sum, with the same fused operations: no bit depends
on the registers, nor on whether the processor has them (LLVM splits them where it has not).
"""

# mypy: disable-error-code="no-untyped-def,no-untyped-call,untyped-decorator"
from __future__ import annotations

from itertools import batched, pairwise

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic

WIDTH = 4
LINE = 8  # numbers in a cache line
EDGES = ((0, 1), (1, 2), (0, 2), (0, 3), (1, 3), (2, 3))  # of the mixed coefficients
LANES = ir.VectorType(ir.DoubleType(), WIDTH)
INDEX = ir.IntType(32)


class Rows:
    """Rows of a contiguous array of float64 as registers: row i begins at `offset` + i `step`."""

    def __init__(self, context, builder, kind, array, offset, step):
        self.builder, self.offset, self.step = builder, offset, step
        self.data = context.make_array(kind)(context, builder, array).data

    def __getitem__(self, i):
        """Row i."""
        away = self.builder.mul(self.step, self.step.type(i))
        return self.load(self.builder.add(self.offset, away))

    def load(self, first):
        """Four numbers from `first` on."""
        place = self.builder.bitcast(self.builder.gep(self.data, [first]), LANES.as_pointer())
        return self.builder.load(place, align=8)

    def last(self, i):
        """Row i of three columns, without a look beyond it, where the array may end."""
        away = self.builder.mul(self.step, self.step.type(i))
        before = self.builder.add(self.offset, self.builder.sub(away, away.type(1)))
        lanes = ir.Constant(ir.VectorType(INDEX, WIDTH), [1, 2, 3, 3])
        return self.builder.shuffle_vector(self.load(before), LANES(ir.Undefined), lanes)


def spread(builder, value):
    """A number in every lane."""
    one = builder.insert_element(LANES(ir.Undefined), value, INDEX(0))
    first = ir.Constant(ir.VectorType(INDEX, WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, LANES(ir.Undefined), first)


def chain(builder, weights, rows):
    """Σ w_i row_i from the first to the last, by fused operations."""
    kind = ir.FunctionType(LANES, [LANES] * 3)
    fused = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{WIDTH}f64")
    total = builder.fmul(weights[0], rows[0])
    for weight, row in zip(weights[1:], rows[1:], strict=True):
        total = builder.call(fused, [weight, row, total])
    return total


def weighted(builder, weights, rows, columns):
    """Sum of four or ten weighted rows, in the order of `_field_kernels.summed`, as a tuple."""
    w = [spread(builder, x) for x in cgutils.unpack_tuple(builder, weights, len(rows))]
    ends = (2, 4) if len(rows) == 4 else (3, 6, 8, 10)
    parts = [chain(builder, w[a:b], rows[a:b]) for a, b in pairwise((0, *ends))]
    while len(parts) > 1:
        parts = [builder.fadd(a, b) for a, b in batched(parts, 2)]
    out = [builder.extract_element(parts[0], INDEX(k)) for k in range(columns)]
    return cgutils.pack_array(builder, out)


def slopes(builder, bary, rows):
    """∂/∂ξ_1 … ∂/∂ξ_3 of a quadratic of ten rows, three columns each, as a tuple of nine."""
    w = [spread(builder, x) for x in cgutils.unpack_tuple(builder, bary, 4)]
    twice = [builder.fadd(x, x) for x in w]
    along = []  # ∂/∂λ_k = 2 c_kk λ_k + Σ c_kl λ_l
    for k in range(4):
        near = [(n, edge) for n, edge in enumerate(EDGES, 4) if k in edge]
        weights = [twice[k], *(w[sum(edge) - k] for _, edge in near)]
        along.append(chain(builder, weights, [rows[k], *(rows[n] for n, _ in near)]))
    found = [builder.fsub(one, along[0]) for one in along[1:]]
    out = [builder.extract_element(one, INDEX(k)) for one in found for k in range(3)]
    return cgutils.pack_array(builder, out)


def signature(weights, array, number, columns):
    """That of Σ w_i row_i; refuses what the registers would read wrongly."""
    if not (isinstance(array, types.Array) and array.layout == "C"):
        raise TypingError(f"expected a contiguous array, got {array}")
    if array.dtype != types.float64 or weights != types.UniTuple(types.float64, number):
        raise TypingError(f"expected {number} weights and float64, got {weights} and {array}")
    return types.UniTuple(types.float64, columns)(weights, array, types.intp, types.intp)


@intrinsic
def quadratic_lanes(typing, weights, array, offset, step):
    """Σ w_i row_i of ten rows, their first four columns; row i begins at `offset` + i `step`."""

    def generate(context, builder, types_of, values):
        rows = Rows(context, builder, types_of.args[1], *values[1:])
        return weighted(builder, values[0], [rows[i] for i in range(10)], 4)

    return signature(weights, array, 10, 4), generate


@intrinsic
def quadratic_vector(typing, weights, array, offset, step):
    """Σ w_i row_i of ten rows of three columns; row i begins at `offset` + i `step`."""

    def generate(context, builder, types_of, values):
        rows = Rows(context, builder, types_of.args[1], *values[1:])
        return weighted(builder, values[0], [*(rows[i] for i in range(9)), rows.last(9)], 3)

    return signature(weights, array, 10, 3), generate


@intrinsic
def quadratic_slopes(typing, bary, array, offset, step):
    """∂/∂ξ_1 … ∂/∂ξ_3 of `quadratic_vector` at barycentric coordinates, one after the other."""

    def generate(context, builder, types_of, values):
        rows = Rows(context, builder, types_of.args[1], *values[1:])
        return slopes(builder, values[0], [*(rows[i] for i in range(9)), rows.last(9)])

    return signature(bary, array, 4, 9), generate


@intrinsic
def linear_vector(typing, weights, array, offset, step):
    """Σ w_i row_i of four rows, their first three columns; a number must follow the last."""

    def generate(context, builder, types_of, values):
        rows = Rows(context, builder, types_of.args[1], *values[1:])
        return weighted(builder, values[0], [rows[i] for i in range(4)], 3)

    return signature(weights, array, 4, 3), generate


@intrinsic(prefer_literal=True)
def prefetch(typing, array, first, count):
    """Ask for `count` (a constant) numbers of 8 bytes from `first` on, without waiting for them."""
    if not (isinstance(array, types.Array) and array.dtype.bitwidth == 64):
        raise TypingError(f"expected an array of numbers of 8 bytes, got {array}")
    if not isinstance(count, types.IntegerLiteral):
        raise TypingError(f"expected a constant number, got {count}")

    def generate(context, builder, types_of, values):
        data = context.make_array(array)(context, builder, values[0]).data
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, INDEX, INDEX, INDEX])
        asked = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        places = [*range(0, count.literal_value, LINE), count.literal_value - 1]
        for away in places:
            index = builder.add(values[1], values[1].type(away))
            place = builder.bitcast(builder.gep(data, [index]), byte)
            builder.call(asked, [place, INDEX(0), INDEX(3), INDEX(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp, count), generate
