"""Defaults of `spec.resources`, the resources of the pod as a whole.

Source: `defaultHugePagePodLimits`, `defaultPodRequests` in `pkg/apis/core/v1/defaults.go`,
Kubernetes 1.36.

Unlike the real one: limits of the pod as a whole are not made up from the limits of its containers.
"""

from __future__ import annotations

from kubelearn.api.objects import Object
from kubelearn.api.pod_resources import pod_limits, pod_requests
from kubelearn.api.quantity import text_of
from kubelearn.api.validation.resource_names import POD_LEVEL_RESOURCES, is_huge_page


def default_pod_resources(spec: Object) -> Object:
    """The spec with missing pod-level requests, if it has pod-level limits."""
    resources = spec.get("resources")
    if not resources:
        return spec
    new = _requests(spec, _huge_page_limits(spec, resources))
    return spec if new == resources else {**spec, "resources": new}


def _huge_page_limits(spec: Object, resources: Object) -> Object:
    requests, limits = resources.get("requests") or {}, resources.get("limits") or {}
    if not requests and not limits:
        return resources
    missing = {
        name: text_of(amount)
        for name, amount in sorted(pod_limits(_containers_alone(spec), overhead=False).items())
        if is_huge_page(name) and name not in requests and name not in limits
    }
    return {**resources, "limits": {**limits, **missing}} if missing else resources


def _requests(spec: Object, resources: Object) -> Object:
    limits = resources.get("limits") or {}
    if not limits:
        return resources
    requests = dict(resources.get("requests") or {})
    for name, amount in sorted(pod_requests(_containers_alone(spec), overhead=False).items()):
        if name in POD_LEVEL_RESOURCES:
            requests.setdefault(name, text_of(amount))
    for name, limit in limits.items():
        if name in POD_LEVEL_RESOURCES or is_huge_page(name):
            requests.setdefault(name, limit)
    return {**resources, "requests": requests}


def _containers_alone(spec: Object) -> Object:
    return {**spec, "resources": None}
