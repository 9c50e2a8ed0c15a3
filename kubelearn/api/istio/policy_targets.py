"""What a policy is about: its `selector`, `targetRef` and `targetRefs`.

Source: istio `pkg/config/validation/validation.go` (validateOneOfSelectorType,
validateWorkloadSelector, validatePolicyTargetReference), 1.27.

Unlike the real one: the kind that a targetRef names is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kubelearn.api.istio.workload_selector import selector_labels


def policy_targets(spec: Mapping[str, Any]) -> Iterator[str]:
    """The workloads or objects that a policy's spec names."""
    selector, target = spec.get("selector"), spec.get("targetRef")
    targets = spec.get("targetRefs") or ()
    if sum((selector is not None, target is not None, bool(targets))) > 1:
        yield "only one of targetRefs or workloadSelector can be set"
    yield from workload_selector(selector)
    for one in (target, *targets):
        yield from _target_reference(one)


def workload_selector(selector: Mapping[str, Any] | None) -> Iterator[str]:
    """A selector of workloads: `{matchLabels: {app: web}}`."""
    yield from selector_labels((selector or {}).get("matchLabels") or {})


def _target_reference(target: Mapping[str, Any] | None) -> Iterator[str]:
    if target is None:
        return
    if not target.get("name"):
        yield "targetRef name must be set"
    if target.get("namespace"):
        rule = "cross namespace referencing is not supported"
        yield f"targetRef namespace must not be set; {rule}"
