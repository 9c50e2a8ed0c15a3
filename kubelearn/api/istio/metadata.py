"""What is checked of every kind before its own fields: annotations that forbid or test.

An error here is the only one: the fields are not looked at.

Source: istio `pkg/config/validation/validation.go` (validateMetadata, checkDryRunAnnotation), 1.27.

Unlike the real one: the annotations that istiod keeps for itself are not refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from kubelearn.api.istio.names import quoted
from kubelearn.api.objects import Object

DRY_RUN = "istio.io/dry-run"
ALWAYS_REJECT = "internal.istio.io/webhook-always-reject"
BOOLEANS = ("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False")


def errors(obj: Object) -> Iterator[str]:
    """The first error of an object's annotations, if any."""
    annotations = obj["metadata"].get("annotations") or {}
    wrong = _dry_run(obj, annotations[DRY_RUN]) if DRY_RUN in annotations else None
    if wrong is not None:
        yield wrong
    elif ALWAYS_REJECT in annotations:
        yield f"{quoted(ALWAYS_REJECT)} annotation found, rejecting"


def _dry_run(obj: Object, value: str) -> str | None:
    metadata = obj["metadata"]
    name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
    if obj.get("kind") != "AuthorizationPolicy":
        return f"{name} has unsupported annotation {DRY_RUN}, please remove the annotation"
    action = (obj.get("spec") or {}).get("action") or "ALLOW"
    if action not in ("ALLOW", "DENY"):
        support = "currently only supports action ALLOW/DENY"
        return f"the annotation {DRY_RUN} {support}, found action {action} in {name}"
    if value in BOOLEANS:
        return None
    reason = f"strconv.ParseBool: parsing {quoted(value)}: invalid syntax"
    return f"{name} has annotation {DRY_RUN} with invalid value ({value}): {reason}"
