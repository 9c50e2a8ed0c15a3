"""The draws of `kubelearn.sim.draws` for many indexes at once, equal to them bit by bit.

Logarithms of numpy may differ from those of Python in the last bit. Where that could change the
rounded result, the value is computed again in Python, so that both always give the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kubelearn.sim.draws import GOLDEN, MASK, Draws, key_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

DOUBT = 1e-5
"""Nanoseconds round a half within which a rounding is done again in Python."""


def bits(draws: Draws, purpose: str, subject: str, index: Array) -> Array:
    """64 random bits for each index (int64), as uint64."""
    import numpy as np

    value = index.astype(np.uint64)
    value *= np.uint64(GOLDEN)
    value += np.uint64((key_of(draws.seed, purpose, subject) + GOLDEN) & MASK)
    high = value >> np.uint64(30)
    value ^= high
    value *= np.uint64(0xBF58476D1CE4E5B9)
    np.right_shift(value, np.uint64(27), out=high)
    value ^= high
    value *= np.uint64(0x94D049BB133111EB)
    np.right_shift(value, np.uint64(31), out=high)
    value ^= high
    return value


def uniform(draws: Draws, purpose: str, subject: str, index: Array) -> Array:
    """A float in [0, 1) for each index."""
    import numpy as np

    value = bits(draws, purpose, subject, index)
    value >>= np.uint64(11)
    # Signed numbers become floats in one step.
    found: Array = value.view(np.int64) * 2.0**-53
    return found


def below(draws: Draws, count: int, purpose: str, subject: str, index: Array) -> Array:
    """An int in [0, count) for each index; `count` below 2**31."""
    import numpy as np

    value, many = bits(draws, purpose, subject, index), np.uint64(count)
    # The upper 64 bits of a product of 96: upper and lower half by themselves.
    low = value & np.uint64(0xFFFFFFFF)
    low *= many
    low >>= np.uint64(32)
    value >>= np.uint64(32)
    value *= many
    value += low
    value >>= np.uint64(32)
    return value.view(np.int64)


def exponential(draws: Draws, mean: float, purpose: str, subject: str, index: Array) -> Array:
    """Nanoseconds (int64) from an exponential distribution."""
    import numpy as np

    share = uniform(draws, purpose, subject, index)
    found = 1.0 - share
    np.log(found, out=found)
    found *= -mean
    return rounded(found, lambda at: -mean * math.log(1.0 - float(share[at])))


def normal(draws: Draws, purpose: str, subject: str, index: Array) -> Array:
    """A standard normal number for each index, to within one unit in the last place or so."""
    import numpy as np

    share = np.maximum(uniform(draws, purpose, subject, index), 2.0**-53)
    return inverse_normal(share)


def rounded(values: Array, again: Callable[[int], float]) -> Array:
    """Floats rounded to int64; `again(i)` gives the value of Python where a half is near."""
    import numpy as np

    whole = np.rint(values)
    found = whole.astype(np.int64)
    whole -= values
    near = np.abs(whole, out=whole) > 0.5 - DOUBT
    for at in np.flatnonzero(near).tolist():
        found[at] = round(again(at))
    return found


def inverse_normal(share: Array) -> Array:
    """The inverse of the normal distribution function (Wichura 1988, algorithm AS 241)."""
    import numpy as np

    q = share - 0.5
    r = 0.180625 - q * q
    found = _ratio(r, CENTRAL, q)
    tail = np.flatnonzero(np.abs(q) > 0.425)
    if len(tail):
        side = q[tail]
        r = np.sqrt(-np.log(np.where(side <= 0.0, share[tail], 1.0 - share[tail])))
        value = np.where(r <= 5.0, _ratio(r - 1.6, MIDDLE), _ratio(r - 5.0, FAR))
        found[tail] = np.where(side < 0.0, -value, value)
    return found


def _ratio(
    r: Array, table: tuple[tuple[float, ...], tuple[float, ...]], factor: Array | float = 1.0
) -> Array:
    above, beneath = table
    top, bottom = r * above[0], r * beneath[0]
    for coefficient in above[1:-1]:
        top += coefficient
        top *= r
    for coefficient in beneath[1:-1]:
        bottom += coefficient
        bottom *= r
    return (top + above[-1]) * factor / (bottom + beneath[-1])


CENTRAL = (
    (2.50908092873012267270e+3, 3.34305755835881281050e+4, 6.72657709270087008530e+4,
     4.59219539315498714570e+4, 1.37316937655094611250e+4, 1.97159095030655144270e+3,
     1.33141667891784377450e+2, 3.38713287279636660800e+0),
    (5.22649527885285456100e+3, 2.87290857357219426740e+4, 3.93078958000927106100e+4,
     2.12137943015865958670e+4, 5.39419602142475110770e+3, 6.87187007492057908300e+2,
     4.23133307016009112520e+1, 1.0),
)  # fmt: skip
MIDDLE = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
     1.27045825245236838258e+0, 3.64784832476320460504e+0, 5.76949722146069140550e+0,
     4.63033784615654529590e+0, 1.42343711074968357734e+0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
     1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940e+0,
     2.05319162663775882187e+0, 1.0),
)  # fmt: skip
FAR = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
     2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580e+0,
     5.46378491116411436990e+0, 6.65790464350110377720e+0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
     7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
     5.99832206555887937690e-1, 1.0),
)  # fmt: skip
"""Coefficients of the rational approximations, highest power first: (above, beneath)."""
