"""Service times of many requests at once, equal to those that are drawn one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kubelearn.api.app import Distribution
from kubelearn.sim import draw_arrays
from kubelearn.sim.draws import Draws

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

PURPOSE = "service-time"


def spread(law: Distribution) -> tuple[float, float]:
    """(standard deviation, mean) of the logarithm of a lognormal law, without its scale."""
    variance = math.log(1.0 + (law.deviation / law.mean) ** 2)
    return math.sqrt(variance), -variance / 2


def lognormal(law: Distribution, normal: float) -> float:
    """Nanoseconds for a standard normal number."""
    deviation, mean = spread(law)
    return law.mean * math.exp(deviation * normal + mean)


def service_time(draws: Draws, law: Distribution, subject: str, index: int) -> int:
    """Nanoseconds of work of one request."""
    if law.law == "fixed" or not law.mean:
        return law.mean
    if law.law == "exponential":
        return draws.exponential(law.mean, PURPOSE, subject, index)
    return round(lognormal(law, draws.normal(PURPOSE, subject, index)))


def service_times(draws: Draws, law: Distribution, subject: str, index: Array) -> Array:
    """Nanoseconds of work (int64) of the requests with these indexes."""
    import numpy as np

    if law.law == "fixed" or not law.mean:
        return np.full(len(index), law.mean, np.int64)
    if law.law == "exponential":
        return draw_arrays.exponential(draws, law.mean, PURPOSE, subject, index)
    normal = draw_arrays.normal(draws, PURPOSE, subject, index)
    deviation, mean = spread(law)
    values = law.mean * np.exp(deviation * normal + mean)

    def again(at: int) -> float:
        return lognormal(law, draws.normal(PURPOSE, subject, int(index[at])))

    return draw_arrays.rounded(values, again)
