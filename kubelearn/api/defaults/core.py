"""Defaults of Secrets, Namespaces, Nodes and Events (`pkg/apis/core/v1/defaults.go`)."""

from __future__ import annotations

import base64

from kubelearn.api.defaults.filling import each, fill, fill_empty, inside, without
from kubelearn.api.objects import Object

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label by which selectors find a namespace by name."""

NODE_INFO = dict.fromkeys(
    (
        "machineID",
        "systemUUID",
        "bootID",
        "kernelVersion",
        "osImage",
        "containerRuntimeVersion",
        "kubeletVersion",
        "kubeProxyVersion",
        "operatingSystem",
        "architecture",
    ),
    "",
)
EVENT: Object = {
    "involvedObject": {},
    "source": {},
    "firstTimestamp": None,
    "lastTimestamp": None,
    "eventTime": None,
    "reportingComponent": "",
    "reportingInstance": "",
}


def default_secret(secret: Object) -> Object:
    """Type Opaque; `stringData` is written into `data` and gone."""
    secret = fill_empty(secret, {"type": "Opaque"})
    plain = secret.get("stringData")
    if plain:
        coded = {
            name: base64.b64encode(text.encode()).decode() for name, text in sorted(plain.items())
        }
        secret = {**secret, "data": {**(secret.get("data") or {}), **coded}}
    return without(secret, "stringData")


def default_namespace(namespace: Object) -> Object:
    """Carries its own name as a label; is Active."""
    name = namespace.get("metadata", {}).get("name")
    if name:
        label = {NAMESPACE_NAME: name}

        def named(metadata: Object) -> Object:
            return inside(metadata, "labels", lambda labels: {**labels, **label})

        labels = namespace["metadata"].get("labels") or {}
        if labels.get(NAMESPACE_NAME) != name:
            namespace = inside(namespace, "metadata", named)
    namespace = fill(namespace, {"spec": {}})
    return inside(namespace, "status", lambda status: fill_empty(status, {"phase": "Active"}))


def default_node(node: Object) -> Object:
    """All of its capacity is allocatable; `podCIDR` is the first of `podCIDRs`."""
    return inside(inside(node, "spec", _pod_cidrs), "status", _node_status)


def _pod_cidrs(spec: Object) -> Object:
    first, ranges = spec.get("podCIDR"), spec.get("podCIDRs")
    if first and (not ranges or ranges[0] != first):
        return {**spec, "podCIDRs": [first]}
    if ranges and not first:
        return {**spec, "podCIDR": ranges[0]}
    return spec


def _node_status(status: Object) -> Object:
    if status.get("capacity"):
        status = fill(status, {"allocatable": status["capacity"]})
    times = {"lastHeartbeatTime": None, "lastTransitionTime": None}
    status = each(status, "conditions", lambda condition: fill(condition, times))
    status = inside(status, "daemonEndpoints", _daemon_endpoints)
    return inside(status, "nodeInfo", lambda info: fill(info, NODE_INFO))


def _daemon_endpoints(endpoints: Object) -> Object:
    return inside(endpoints, "kubeletEndpoint", lambda kubelet: fill(kubelet, {"Port": 0}))


def default_event(event: Object) -> Object:
    """The fields that an Event always shows."""
    return fill(event, EVENT)
