"""Probes and lifecycle hooks of containers.

Source: `validateProbe`, `validateHandler`, `validateLifecycle` in
`pkg/apis/core/validation/validation.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from kubelearn.api.objects import Object
from kubelearn.api.validation import names
from kubelearn.api.validation.checks import nonnegative
from kubelearn.api.validation.field import (
    FieldError,
    child,
    forbidden,
    invalid,
    not_supported,
    required,
)
from kubelearn.api.validation.pod.options import SpecFacts
from kubelearn.api.validation.pod.ports import validate_port_number_or_name
from kubelearn.api.validation.pod.stop_signals import validate_stop_signal

Handler: TypeAlias = Callable[[Object, SpecFacts, str], list[FieldError]]

SCHEMES: Final = ("HTTP", "HTTPS")
PROBE_NUMBERS: Final = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)


def validate_probes(container: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    """The liveness, readiness and startup probe of one container."""
    errors: list[FieldError] = []
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(kind)
        if probe is not None:
            errors += _probe(probe, facts, child(path, kind), readiness=kind == "readinessProbe")
    return errors


def validate_lifecycle(container: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    """The hooks after start and before stop of one container, and its stop signal."""
    lifecycle = container.get("lifecycle")
    if lifecycle is None:
        return []
    place = child(path, "lifecycle")
    errors: list[FieldError] = []
    for hook in ("postStart", "preStop"):
        if lifecycle.get(hook) is not None:
            errors += _handler(lifecycle[hook], LIFECYCLE_HANDLERS, facts, child(place, hook))
    signal = lifecycle.get("stopSignal")
    if signal is not None:
        errors += validate_stop_signal(signal, facts.os, child(place, "stopSignal"))
    return errors


def _probe(probe: Object, facts: SpecFacts, path: str, *, readiness: bool) -> list[FieldError]:
    errors = _handler(probe, PROBE_HANDLERS, facts, path)
    for name in PROBE_NUMBERS:
        errors += nonnegative(probe.get(name) or 0, child(path, name))
    grace, place = probe.get("terminationGracePeriodSeconds"), "terminationGracePeriodSeconds"
    if grace is not None and grace <= 0:
        errors.append(invalid(child(path, place), grace, "must be greater than 0"))
    if readiness:
        if grace is not None:
            text = "must not be set for readinessProbes"
            errors.append(invalid(child(path, place), grace, text))
        return errors
    threshold = probe.get("successThreshold") or 0
    if threshold != 1:
        errors.append(invalid(child(path, "successThreshold"), threshold, "must be 1"))
    return errors


def _handler(
    given: Object, handlers: dict[str, Handler], facts: SpecFacts, path: str
) -> list[FieldError]:
    found = [kind for kind in handlers if given.get(kind) is not None]
    if not found:
        return [required(path, "must specify a handler type")]
    errors = handlers[found[0]](given[found[0]], facts, child(path, found[0]))
    text = "may not specify more than 1 handler type"
    return errors + [forbidden(child(path, kind), text) for kind in found[1:]]


def _exec(action: Object, _: SpecFacts, path: str) -> list[FieldError]:
    return [] if action.get("command") else [required(child(path, "command"))]


def _http_get(action: Object, _: SpecFacts, path: str) -> list[FieldError]:
    errors = [] if action.get("path") else [required(child(path, "path"))]
    errors += validate_port_number_or_name(action.get("port"), child(path, "port"))
    scheme = action.get("scheme") or ""
    if scheme not in SCHEMES:
        errors.append(not_supported(child(path, "scheme"), scheme, SCHEMES))
    for header in action.get("httpHeaders") or ():
        name = header.get("name") or ""
        place = child(path, "httpHeaders")
        errors += [invalid(place, name, message) for message in names.http_header_name(name)]
    return errors


def _port(action: Object, _: SpecFacts, path: str) -> list[FieldError]:
    return validate_port_number_or_name(action.get("port"), child(path, "port"))


def _sleep(action: Object, facts: SpecFacts, path: str) -> list[FieldError]:
    seconds, grace = action.get("seconds") or 0, facts.grace_period
    if grace is None or 0 <= seconds <= grace:
        return []
    text = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
    return [invalid(path, seconds, text)]


PROBE_HANDLERS: Final[dict[str, Handler]] = {
    "exec": _exec,
    "httpGet": _http_get,
    "tcpSocket": _port,
    "grpc": _port,
}
LIFECYCLE_HANDLERS: Final[dict[str, Handler]] = {
    "exec": _exec,
    "httpGet": _http_get,
    "tcpSocket": _port,
    "sleep": _sleep,
}
