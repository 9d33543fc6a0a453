"""Every number of a full case taken to extremes: a case or a sentence, never an overflow."""

from __future__ import annotations

import copy
import random
import re
import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from magcap.cli.check import check_lines
from magcap.cli.estimate import estimate
from magcap.errors import MagcapError
from magcap.reading import from_tables

CASE = Path(__file__).with_name("extremes.toml")
BIFURCATION = """
shape = "bifurcation"
radius = "3 mm"
length = "10 mm"
daughter_length = "10 mm"
daughter_radii = ["2 mm", "2 mm"]
angles = ["30 deg", "30 deg"]
carina_radius = "0.3 mm"
"""
#: Of a quantity, before its unit, and of a number.
SIZES = ("1e300", "1e-300", "-1e300", "1e30", "1e-30", "1e12", "1e6", "1e-6", "1e-9", "0", "-1")
NUMBERS = (1e300, 1e-300, -1e300, 1e150, 1e30, 1e-30, 1e12, 1e-12, 0, -1, 10**30, 10**9)
#: Seconds of processor time for one case, check and estimate.
LONGEST = 20.0


def trees() -> list[dict[str, Any]]:
    bend = tomllib.loads(CASE.read_text("utf-8"))
    fork = copy.deepcopy(bend)
    fork["vessel"] = tomllib.loads(BIFURCATION)
    del fork["flow"]["outlet"]
    return [bend, fork]


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    """Places of all numbers and quantities with the extreme values for each."""
    if isinstance(tree, dict | list):
        items = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return [leaf for key, value in items for leaf in leaves(value, (*path, key))]
    if isinstance(tree, str):
        quantity = re.fullmatch(r"[-+\d.e]+\s+(\D.*)", tree)
        return [(path, f"{size} {quantity[1]}") for size in SIZES] if quantity else []
    return [] if isinstance(tree, bool) else [(path, value) for value in NUMBERS]


SPOTS = [(i, path, value) for i, tree in enumerate(trees()) for path, value in leaves(tree)]


def checked(tables: dict[str, Any]) -> bool:
    """Whether `magcap check` would call it valid."""
    try:
        case, shape = from_tables(tables, folder=Path("."))
        assert check_lines(case, estimate(case, shape), "a case")
    except MagcapError as error:
        assert str(error)
        return False
    return True


def test_the_cases_are_valid() -> None:
    assert [checked(tree) for tree in trees()] == [True, True]


@pytest.mark.parametrize("seed", range(2))
def test_extremes(seed: int) -> None:
    for i, path, value in random.Random(seed).sample(SPOTS, 20):
        tree = trees()[i]
        table: Any = tree
        for key in path[:-1]:
            table = table[key]
        table[path[-1]] = value
        start = time.process_time()
        checked(tree)
        assert time.process_time() - start < LONGEST, (path, value)
