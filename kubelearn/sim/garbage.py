"""Garbage collection while a world runs: rarely, since there is next to no garbage in cycles.

A world is immutable objects that live on; looking through them again and again for cycles to break
takes a tenth of a run's time, more the larger the world is.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARE = (200_000, 20, 100)
"""`gc.set_threshold`: new containers before a look at them, such looks before a larger one ..."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect rarely inside; afterwards as before.

    Whoever collects as rarely already, another world in another thread too, is left alone.
    """
    before = gc.get_threshold()
    if before[0] == 0 or before[0] >= RARE[0]:
        yield
        return
    gc.set_threshold(*RARE)
    try:
        yield
    finally:
        gc.set_threshold(*before)
