"""Pods that serve one request after the other, all at once.

The waiting of a queue is a cumulated maximum (Lindley 1952). In int64 ns it gives exactly what an
event for each arrival and departure gives; sums of floats would not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


BITS = 63
"""Of a positive number of eight bytes."""


def ends(arrives: Array, work: Array, busy: int) -> Array:
    """When one pod, busy until then, is done with each of its requests in order of arrival."""
    import numpy as np

    total = np.cumsum(work)
    found: Array = arrives - total
    found += work
    found[0] = max(int(found[0]), busy)
    np.maximum.accumulate(found, out=found)
    found += total
    return found


def lines(pod: Array, arrives: Array, pods: int) -> Array:
    """The places of all requests, those of pod 0 first; at each pod in order of arrival.

    Of equals the one that stands before goes first.
    """
    import numpy as np

    count, low = len(pod), arrives.min()
    moments = int(arrives.max() - low).bit_length()
    places = count.bit_length()
    if pods.bit_length() + moments + places > BITS:
        found: Array = np.lexsort((arrives, pod))
        return found
    # One number for each, its place at the end: numbers are sorted far faster than their places.
    key: Array = arrives - low
    key <<= places
    key |= np.arange(count)
    key |= pod.astype(np.int64) << (moments + places)
    key.sort()
    key &= (1 << places) - 1
    return key
