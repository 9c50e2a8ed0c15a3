"""How long ago something was, in the words of `kubectl get`.

Source: apimachinery `pkg/util/duration/duration.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.times import parse_timestamp
from kubelearn.sim.clock import SECOND

UNKNOWN: Final = "<unknown>"
_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86400, 365 * 86400


def human_duration(nanoseconds: int) -> str:
    """The AGE text: two units while they matter (`2m1s`, `7d23h`), then one (`8d`).

    Up to two seconds of clock skew read `0s`, more reads `<invalid>`.
    """
    # Go cuts towards zero, so -1.9 s are -1 whole seconds.
    seconds = -(-nanoseconds // SECOND) if nanoseconds < 0 else nanoseconds // SECOND
    if seconds < 0:
        return "<invalid>" if seconds < -1 else "0s"
    if seconds < 2 * _MINUTE:
        return f"{seconds}s"
    if seconds < 10 * _MINUTE:
        return _two(seconds, _MINUTE, "m", 1, "s")
    if seconds < 3 * _HOUR:
        return f"{seconds // _MINUTE}m"
    if seconds < 8 * _HOUR:
        return _two(seconds, _HOUR, "h", _MINUTE, "m")
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR}h"
    if seconds < 8 * _DAY:
        return _two(seconds, _DAY, "d", _HOUR, "h")
    if seconds < 2 * _YEAR:
        return f"{seconds // _DAY}d"
    return _two(seconds, _YEAR, "y", _DAY, "d") if seconds < 8 * _YEAR else f"{seconds // _YEAR}y"


def _two(seconds: int, unit: int, name: str, part: int, part_name: str) -> str:
    whole, rest = divmod(seconds, unit)
    parts = rest // part
    return f"{whole}{name}{parts}{part_name}" if parts else f"{whole}{name}"


_SHORT: Final = ((_MINUTE, 1, "s"), (_HOUR, _MINUTE, "m"), (_DAY, _HOUR, "h"), (_YEAR, _DAY, "d"))


def short_human_duration(nanoseconds: int) -> str:
    """The text with one unit only: `59s`, `1h`, `364d`, `1y`."""
    seconds = -(-nanoseconds // SECOND) if nanoseconds < 0 else nanoseconds // SECOND
    if seconds < 0:
        return "<invalid>" if seconds < -1 else "0s"
    for limit, unit, name in _SHORT:
        if seconds < limit:
            return f"{seconds // unit}{name}"
    return f"{seconds // _YEAR}y"


def since(timestamp: str | None, now: int) -> str:
    """The AGE of a time stamp at `now` (nanoseconds); `<unknown>` when it is not set."""
    return human_duration(now - parse_timestamp(timestamp)) if timestamp else UNKNOWN
