"""Defaults of Pods, and of the pod templates inside other objects.

All functions are pure: they share what they do not change, and defaulting twice changes nothing
more. The defaults of a spec depend on nothing but the spec, so they may be remembered by it.

Source: `pkg/apis/core/v1/defaults.go`, `pkg/apis/core/v1/conversion.go`, Kubernetes 1.36.
"""

from __future__ import annotations

from typing import Final

from kubelearn.api.defaults.containers import (
    default_container,
    host_ports,
    requests_from_limits,
    round_resources,
)
from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, present
from kubelearn.api.defaults.pod_resources import default_pod_resources
from kubelearn.api.defaults.volumes import default_volume
from kubelearn.api.objects import Object

SPEC_VALUES: Final = {
    "dnsPolicy": "ClusterFirst",
    "restartPolicy": "Always",
    "schedulerName": "default-scheduler",
}
"""Fields of a pod spec that are set when they are empty."""

CONTAINER_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")
RUNNING_LISTS: Final = ("containers", "initContainers")


def default_pod(pod: Object) -> Object:
    """A pod with its defaults, including those that templates do not get."""
    pod = inside(inside(pod, "spec", default_pod_spec), "spec", _pod_only)
    return present(pod, "status", _addresses)


def default_pod_template_spec(template: Object) -> Object:
    """A pod template with its defaults; its limits do not become requests."""
    return inside(fill(template, {"metadata": {}}), "spec", default_pod_spec)


def default_pod_spec(spec: Object) -> Object:
    """The defaults that pods and templates share."""
    for name in CONTAINER_LISTS:
        spec = each(spec, name, default_container)
    spec = each(spec, "volumes", default_volume)
    spec = present(spec, "overhead", round_resources)
    spec = present(spec, "resources", _rounded)
    spec = fill_empty(spec, SPEC_VALUES)
    spec = fill(spec, {"securityContext": {}, "terminationGracePeriodSeconds": 30})
    return _service_account(spec)


def _pod_only(spec: Object) -> Object:
    for name in RUNNING_LISTS:
        spec = each(spec, name, requests_from_limits)
    spec = default_pod_resources(spec)
    spec = fill(spec, {"enableServiceLinks": True})
    if spec["terminationGracePeriodSeconds"] < 0:
        spec = {**spec, "terminationGracePeriodSeconds": 1}
    if spec.get("hostNetwork"):
        for name in RUNNING_LISTS:
            spec = each(spec, name, host_ports)
    return spec


def _rounded(resources: Object) -> Object:
    for kind in ("limits", "requests"):
        resources = present(resources, kind, round_resources)
    return resources


def _service_account(spec: Object) -> Object:
    # `serviceAccount` is the old name of the field; both are always shown.
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if not name or name == spec.get("serviceAccountName") == spec.get("serviceAccount"):
        return spec
    return {**spec, "serviceAccountName": name, "serviceAccount": name}


def _addresses(status: Object) -> Object:
    # `podIP` is the first of `podIPs`; where they differ the single one counts.
    single, listed = status.get("podIP"), status.get("podIPs") or []
    first = listed[0].get("ip") if listed else None
    if single and single != first:
        return {**status, "podIPs": [{"ip": single}]}
    return {**status, "podIP": first} if first and not single else status
