"""A stream of requests as columns of int64 ns; which pod takes each where load plays no part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from kubelearn.sim import draw_arrays
from kubelearn.sim.clock import SECOND
from kubelearn.sim.draws import Draws

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Stream(NamedTuple):
    """Requests in the order of their arrival."""

    arrives: Array
    work: Array


def poisson(draws: Draws, count: int, rate: float, mean: int, subject: str = "stream") -> Stream:
    """Arrivals at `rate` per second, exponential work of `mean` ns."""
    import numpy as np

    index = np.arange(count, dtype=np.int64)
    gaps = draw_arrays.exponential(draws, SECOND / rate, "arrival", subject, index)
    work = draw_arrays.exponential(draws, mean, "service-time", subject, index)
    return Stream(np.cumsum(gaps), work)


def drawn(draws: Draws, count: int, pods: int, subject: str = "stream", choice: int = 0) -> Array:
    """A pod by chance for each request; each `choice` is another draw."""
    import numpy as np

    index = np.arange(count, dtype=np.int64)
    return draw_arrays.below(draws, pods, f"choice {choice}", subject, index).astype(np.int16)


def in_turn(draws: Draws, count: int, pods: int, subject: str = "stream") -> Array:  # noqa: ARG001
    """One pod after the other."""
    import numpy as np

    return (np.arange(count) % pods).astype(np.int16)


def hashed(draws: Draws, count: int, pods: int, subject: str = "stream", users: int = 997) -> Array:
    """The pod of the hash of the user who asks, one of `users` by chance."""
    import numpy as np

    index = np.arange(count, dtype=np.int64)
    user = draw_arrays.below(draws, users, "user", subject, index)
    table = draw_arrays.bits(draws, "hash", subject, np.arange(users)) % np.uint64(pods)
    found: Array = table.astype(np.int16)[user]
    return found


STATE_INDEPENDENT: dict[str, Callable[..., Array]] = {
    "random": drawn,
    "round robin": in_turn,
    "hash": hashed,
}
"""Policies by name: (draws, count, pods, subject) → the pod of each request."""
