"""The signals that a container may ask to be stopped with.

Source: `validateStopSignal` in `pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.validation.field import FieldError, forbidden, not_supported

_PLAIN: Final = (
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT",
    "KILL", "PIPE", "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM",
    "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ",
    "RTMIN", "RTMAX",
)  # fmt: skip
_REAL_TIME: Final = (
    *(f"RTMIN+{number}" for number in range(1, 16)),
    *(f"RTMAX-{number}" for number in range(1, 15)),
)

SIGNALS: Final = {
    "linux": sorted(f"SIG{name}" for name in (*_PLAIN, *_REAL_TIME)),
    "windows": ["SIGKILL", "SIGTERM"],
}
"""Signals by operating system."""


def validate_stop_signal(signal: str, os: str | None, path: str) -> list[FieldError]:
    """A signal of the pod's operating system, which must be given."""
    if os is None:
        return [forbidden(path, "may not be set for containers with empty `spec.os.name`")]
    allowed = SIGNALS.get(os)
    if allowed is None or signal in allowed:
        return []
    return [not_supported(path, signal, allowed)]
