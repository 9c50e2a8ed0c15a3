"""Rules of Leases (`pkg/apis/coordination/validation`, Kubernetes 1.36)."""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.validation.checks import NEGATIVE, part
from kubelearn.api.validation.field import FieldError, forbidden, invalid, not_supported
from kubelearn.api.validation.meta import validate_meta, validate_meta_update

STRATEGIES = ("OldestEmulationVersion",)


def create(lease: Object) -> list[FieldError]:
    """A new Lease."""
    return validate_meta(lease, core=False) + _spec(part(lease, "spec"))


def update(new: Object, old: Object) -> list[FieldError]:
    """A changed Lease."""
    return validate_meta_update(new, old, core=False) + _spec(part(new, "spec"))


def _spec(spec: Object) -> list[FieldError]:
    seconds, transitions = spec.get("leaseDurationSeconds"), spec.get("leaseTransitions")
    strategy, errors = spec.get("strategy"), []
    if seconds is not None and seconds <= 0:
        errors.append(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"))
    if transitions is not None and transitions < 0:
        errors.append(invalid("spec.leaseTransitions", transitions, NEGATIVE))
    if strategy is not None and strategy not in STRATEGIES:
        errors.append(not_supported("spec.strategy", strategy, STRATEGIES))
    if spec.get("preferredHolder") and not strategy:
        detail = "may only be specified if `strategy` is defined"
        errors.append(forbidden("spec.preferredHolder", detail))
    return errors
