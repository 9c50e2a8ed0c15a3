"""Making named tuples by the million.

The constructor of a named tuple is a Python function around `tuple.__new__`; where a run makes
dozens of them for each pod, leaving that function out is worth two of every hundred steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar

Row = TypeVar("Row", bound="tuple[Any, ...]")


def maker(kind: type[Row]) -> Callable[[Iterable[Any]], Row]:
    """What `kind._make` does, but for the check of how many values there are: give it all."""
    return partial(tuple.__new__, kind)
